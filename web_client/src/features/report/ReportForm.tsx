import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReportDraft } from '../../api/consults';
import type { Consult, ReportContent, ReportDraft } from '../../api/types';
import { Fetched } from '../../parts/Fetched';
import { clockTime } from '../../ui/dates';
import { Field } from '../../ui/Field';
import { RETRY_AFTER_MS } from './autosave';
import { SignDialog } from './SignDialog';
import { useAutosave } from './useAutosave';

const SECTIONS = ['findings', 'assessment', 'advice'] as const;

type Saving = ReturnType<typeof useAutosave>;

function SaveState({ saving }: { readonly saving: Saving }) {
  const { t, i18n } = useTranslation();
  const { state, savedAt } = saving;
  switch (state.phase) {
    case 'saving':
      return t('report.saving');
    case 'dirty':
      return t('report.unsaved');
    case 'failed':
      return <span className="bad">{t('report.saveFailed', { seconds: RETRY_AFTER_MS / 1_000 })}</span>;
    case 'conflict':
      return <span className="bad">{t('report.conflict')}</span>;
    case 'clean':
      return savedAt ? t('report.saved', { time: clockTime(savedAt, i18n.language) }) : null;
  }
}

function Conflict({ saving }: { readonly saving: Saving }) {
  const { t } = useTranslation();
  if (saving.state.phase !== 'conflict') return null;
  return (
    <div className="callout" role="alert">
      <p>{t('report.conflictHint')}</p>
      <div className="row">
        <Button onClick={() => void saving.resolveConflict(true)}>{t('report.keepMine')}</Button>
        <Button onClick={() => void saving.resolveConflict(false)}>{t('report.takeTheirs')}</Button>
      </div>
    </div>
  );
}

function isWritten({ assessment, advice }: ReportContent): boolean {
  return assessment.trim() !== '' || advice.trim() !== '';
}

const SIGNABLE = ['sign', 'finish', 'correct'] as const;

interface Props {
  readonly consult: Consult;
  readonly onSigned?: () => void;
}

function Editor({ consult, draft, onSigned }: Props & { readonly draft: ReportDraft }) {
  const { t } = useTranslation();
  const saving = useAutosave(consult.id, draft);
  const [isSigning, setIsSigning] = useState(false);
  const { content, phase } = saving.state;
  const canSign = SIGNABLE.some((event) => consult.available_events.includes(event));
  const close = () => setIsSigning(false);
  const isSigned = () => {
    close();
    onSigned?.();
  };
  return (
    <section className="report-form stack" aria-label={t('report.title')}>
      <div className="row between">
        <h2>{t('report.title')}</h2>
        <span className="quiet" role="status" data-testid="save-state" data-phase={phase}>
          <SaveState saving={saving} />
        </span>
      </div>
      <Conflict saving={saving} />
      {SECTIONS.map((section) => (
        <Field key={section} label={t(`report.${section}`)}>
          {(props) => (
            <Input.TextArea
              {...props}
              autoSize={{ minRows: section === 'findings' ? 5 : 3, maxRows: 14 }}
              maxLength={20_000}
              value={content[section]}
              onChange={(event) =>
                saving.dispatch({ type: 'edited', part: { [section]: event.target.value } })
              }
            />
          )}
        </Field>
      ))}
      {!isWritten(content) && <p className="quiet">{t('report.empty')}</p>}
      <Button
        type="primary"
        size="large"
        disabled={!canSign || !isWritten(content) || phase === 'conflict'}
        onClick={() => setIsSigning(true)}
      >
        {t(consult.available_events.includes('correct') ? 'report.correctTitle' : 'report.sign')}
      </Button>
      {isSigning && (
        <SignDialog consult={consult} onFlush={saving.flush} onSigned={isSigned} onClose={close} />
      )}
    </section>
  );
}

/** The specialist's report, while it isn't signed or while a signed one is corrected. */
export function ReportForm(props: Props) {
  const query = useReportDraft(props.consult.id);
  return <Fetched query={query}>{(draft) => <Editor {...props} draft={draft} />}</Fetched>;
}
