import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Mismatch, SubscriberName } from '../../api/types';
import { useMismatches, useReconcile, useResend, useWriteBack } from '../../api/writeBack';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { dateAndTime } from '../../ui/dates';
import { useCauseText } from './useCauseText';

/** When everything was last compared, and comparing it now. */
function LastComparison({ subscriber }: { readonly subscriber: SubscriberName }) {
  const { t, i18n } = useTranslation();
  const causeText = useCauseText();
  const reconcile = useReconcile();
  const { data } = useWriteBack();
  const last = data?.subscribers.find((one) => one.name === subscriber)?.reconciliation;
  const isUnderWay = last !== undefined && last !== null && last.state !== 'done';
  return (
    <div className="stack">
      <div className="row wrap">
        <Button
          loading={reconcile.isPending}
          disabled={isUnderWay}
          onClick={() => reconcile.mutate(subscriber)}
        >
          {t('writeBack.reconcile')}
        </Button>
        <span className="quiet" data-testid="last-comparison">
          {!last && t('writeBack.neverCompared')}
          {isUnderWay && t('writeBack.comparing', { count: last.compared })}
          {last?.finished_at &&
            t('writeBack.compared', {
              time: dateAndTime(last.finished_at, i18n.language),
              count: last.compared,
              mismatched: last.mismatched,
            })}
        </span>
      </div>
      {last?.delay_cause && <p className="warning">{causeText(last.delay_cause, null).why}</p>}
      <ProblemNotice error={reconcile.error} />
    </div>
  );
}

interface RowProps {
  readonly mismatch: Mismatch;
  readonly onResend: () => void;
}

function MismatchRow({ mismatch, onResend }: RowProps) {
  const { t, i18n } = useTranslation();
  const causeText = useCauseText();
  const { resource_type, resource_id, difference, found_at, resend_asked, cause, status } = mismatch;
  return (
    <li className="card stack" data-testid="mismatch">
      <div className="row between wrap">
        <span>
          <strong>{resource_type}</strong> <code className="quiet breaks">{resource_id}</code>
        </span>
        <span className="quiet">{t('writeBack.since', { time: dateAndTime(found_at, i18n.language) })}</span>
      </div>
      <div className="row between wrap">
        <span>
          {t(`writeBack.difference.${difference}`)} {cause && causeText(cause, status).why}
        </span>
        {resend_asked ? (
          <span className="quiet">{t('writeBack.resending')}</span>
        ) : (
          <Popconfirm
            title={t('writeBack.overwriteTitle')}
            description={t('writeBack.overwriteHint')}
            okText={t('writeBack.overwrite')}
            cancelText={t('ui.cancel')}
            onConfirm={onResend}
          >
            <Button>{t('writeBack.resend')}</Button>
          </Popconfirm>
        )}
      </div>
    </li>
  );
}

/** What the record doesn't hold as it was written. */
export function Mismatches({ subscriber }: { readonly subscriber: SubscriberName }) {
  const { t } = useTranslation();
  const query = useMismatches(subscriber);
  const resend = useResend();
  return (
    <div className="stack">
      <LastComparison subscriber={subscriber} />
      <ProblemNotice error={resend.error} />
      <Fetched query={query}>
        {(mismatches) =>
          mismatches.length === 0 ? (
            <EmptyState title={t('writeBack.none.mismatches')} />
          ) : (
            <ul className="cards">
              {mismatches.map((mismatch) => (
                <MismatchRow
                  key={`${mismatch.resource_type}/${mismatch.resource_id}`}
                  mismatch={mismatch}
                  onResend={() => resend.mutate({ subscriber, resources: [mismatch] })}
                />
              ))}
            </ul>
          )
        }
      </Fetched>
    </div>
  );
}
