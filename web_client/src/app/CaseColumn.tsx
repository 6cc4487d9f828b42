import { useTranslation } from 'react-i18next';
import type { Consult } from '../api/types';
import { Experts } from '../features/experts/Experts';
import { Acknowledging } from '../features/report/Acknowledging';
import { Correcting } from '../features/report/Correcting';
import { ReportForm } from '../features/report/ReportForm';
import { Reports } from '../features/report/Reports';
import { CaseSummary } from '../parts/CaseSummary';
import { ConsultActions } from '../parts/ConsultActions';

interface Props {
  readonly consult: Consult;
  readonly isSpecialist: boolean;
}

const REPORT_STILL_WRITTEN = new Set<Consult['state']>([
  'accepted',
  'scheduled',
  'answering',
  'in_session',
  'interrupted',
  'awaiting_report',
]);

/** The question first, then the report: written by the specialist, read by the doctor. */
export function CaseColumn({ consult, isSpecialist }: Props) {
  const { t } = useTranslation();
  const isWriting = isSpecialist && REPORT_STILL_WRITTEN.has(consult.state);
  return (
    <aside className="room-case stack" aria-label={t('room.tabs.case')}>
      <CaseSummary consult={consult} />
      {!isWriting && <ConsultActions consult={consult} />}
      {isWriting && <ReportForm consult={consult} />}
      {consult.reports.length > 0 && (
        <>
          {isSpecialist && (
            <p className="good" role="status" data-testid="signed">
              <strong>{t('report.signed')}</strong>
              <br />
              {t('report.signedHint')}
            </p>
          )}
          <Reports consult={consult} />
          <Correcting consult={consult} />
        </>
      )}
      <Experts consult={consult} />
      {consult.my_roles.includes('requester') && <Acknowledging consult={consult} />}
    </aside>
  );
}
