import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idempotencyKey } from '../../api/client';
import { useConsultAction } from '../../api/consults';
import type { Consult } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { ChoiceCards } from '../../ui/ChoiceCards';
import { Field } from '../../ui/Field';

type Verdict = NonNullable<Consult['acknowledgement']>['verdict'];

const VERDICTS = ['adopted', 'partly', 'not'] as const;

function AcknowledgeForm({ consult }: { readonly consult: Consult }) {
  const { t } = useTranslation();
  const action = useConsultAction(consult);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [reason, setReason] = useState('');
  const needsReason = verdict !== null && verdict !== 'adopted';
  const isReady = verdict !== null && (!needsReason || reason.trim() !== '');
  const send = () => {
    if (verdict === null || action.isPending) return;
    const event = { event: 'acknowledge' as const, verdict, reason: needsReason ? reason.trim() : null };
    action.mutate({ action: event, key: idempotencyKey() });
  };
  return (
    <section className="card stack" aria-label={t('report.acknowledge')}>
      <ChoiceCards
        legend={t('report.acknowledge')}
        value={verdict}
        onChoose={setVerdict}
        options={VERDICTS.map((value) => ({ value, title: t(`report.verdict.${value}`) }))}
      />
      {needsReason && (
        <Field label={t('report.acknowledgeReason')} isRequired>
          {(props) => (
            <Input.TextArea
              {...props}
              rows={2}
              maxLength={2000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      )}
      <ProblemNotice error={action.error} />
      <Button type="primary" disabled={!isReady} loading={action.isPending} onClick={send}>
        {t('report.acknowledgeSend')}
      </Button>
    </section>
  );
}

/** The treating doctor decides what becomes of the advice; the decision stands beside it. */
export function Acknowledging({ consult }: { readonly consult: Consult }) {
  const { t } = useTranslation();
  const { acknowledgement, reports } = consult;
  const newest = Math.max(0, ...reports.map(({ version }) => version));
  if (acknowledgement?.report_version === newest) {
    const verdict = t(`report.verdict.${acknowledgement.verdict}`);
    return (
      <p className="card good" data-testid="acknowledgement" data-verdict={acknowledgement.verdict}>
        {t('report.acknowledged', { name: acknowledgement.by.name, verdict })}
        {acknowledgement.reason && <span className="note-text">“{acknowledgement.reason}”</span>}
      </p>
    );
  }
  if (!consult.available_events.includes('acknowledge')) return null;
  return (
    <>
      {acknowledgement && (
        <p className="callout" role="status" data-testid="acknowledge-again">
          {t('report.acknowledgeAgain', {
            version: newest,
            verdict: t(`report.verdict.${acknowledgement.verdict}`),
          })}
        </p>
      )}
      <AcknowledgeForm key={newest} consult={consult} />
    </>
  );
}
