import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Patient } from '../../api/types';
import { DepartmentChoice } from '../../parts/DepartmentChoice';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { useHotkeys } from '../../ui/hotkeys';
import { CaseFields } from './CaseFields';
import { BLANK, type RequestForm as Form, missing, toDraft } from './draft';
import { UrgencyChoice } from './UrgencyChoice';
import { summary } from './upload/queue';
import { UploadPanel } from './upload/UploadPanel';
import { useUploader } from './upload/useUploader';
import { useSubmission } from './useSubmission';

interface Props {
  readonly patient: Patient | null;
  /** Where the patient is found or registered; another feature's work. */
  readonly patientPart: ReactNode;
}

function useRequest(patient: Patient | null) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [form, setForm] = useState<Form>(BLANK);
  const uploading = useUploader(null);
  const { submission, submit } = useSubmission(
    uploading.uploader,
    ({ id }) => void navigate(`/consults/${id}`),
  );
  const absent = missing(form, patient?.id ?? null);
  const send = () => {
    const draft = toDraft(form, patient?.id ?? null);
    if (draft) submit(draft);
  };
  const change = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  useHotkeys([{ key: 'Ctrl+Enter', label: t('request.submit'), run: send }]);
  return { form, change, uploading, submission, absent, send };
}

/** The whole request on one page: who, whom, how soon, what about, and the images. */
export function RequestForm({ patient, patientPart }: Props) {
  const { t } = useTranslation();
  const { form, change, uploading, submission, absent, send } = useRequest(patient);
  const isBusy = submission.phase !== 'idle' && submission.phase !== 'failed';
  return (
    <div className="request">
      <h1>{t('request.title')}</h1>
      <div className="request-columns">
        <div className="stack">
          <section className="card">{patientPart}</section>
          <section className="card stack">
            <UrgencyChoice form={form} onChange={change} />
            <DepartmentChoice
              chosen={form.departmentId}
              onChoose={(departmentId) => change({ departmentId })}
            />
          </section>
          <section className="card stack">
            <CaseFields form={form} onChange={change} />
          </section>
        </div>
        <div className="stack">
          <section className="card">
            <h2>{t('request.images')}</h2>
            <p className="quiet">{t('request.imagesHint')}</p>
            <UploadPanel {...uploading} />
          </section>
          <section className="card stack submit-bar">
            {submission.phase === 'failed' && <ProblemNotice error={submission.error} />}
            {absent.length > 0 && (
              <p className="quiet">
                {t('request.missing', {
                  what: absent.map((part) => t(`request.missingPart.${part}`)).join('、'),
                })}
              </p>
            )}
            {absent.length === 0 && summary(uploading.queue).unfinished > 0 && (
              <p className="quiet">{t('request.stillSending')}</p>
            )}
            <Button
              type="primary"
              size="large"
              block
              disabled={absent.length > 0}
              loading={isBusy}
              onClick={send}
            >
              {submission.phase === 'idle' || submission.phase === 'failed'
                ? t('request.submit')
                : t(`request.submitting.${submission.phase}`)}{' '}
              <kbd>Ctrl Enter</kbd>
            </Button>
          </section>
        </div>
      </div>
    </div>
  );
}
