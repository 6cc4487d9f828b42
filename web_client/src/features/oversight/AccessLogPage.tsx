import '../../locales/later';
import './oversight.css';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useAccessLog } from '../../api/audit';
import { usePatient } from '../../api/patients';
import type { AccessLogLine } from '../../api/types';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { PatientLine } from '../../parts/Tags';
import { dateAndTime } from '../../ui/dates';
import { AccessLines } from './AccessLines';

function Sheet({
  patientId,
  lines,
}: {
  readonly patientId: string;
  readonly lines: readonly AccessLogLine[];
}) {
  const { t, i18n } = useTranslation();
  const { data: patient } = usePatient(patientId);
  return (
    <main className="sheet">
      <div className="row no-print">
        <Link to={`/patients/${patientId}`}>{t('shell.back')}</Link>
        <Button onClick={() => window.print()}>{t('oversight.log.print')}</Button>
      </div>
      <h1>{t('oversight.log.title')}</h1>
      {patient && (
        <p>
          <PatientLine patient={patient} />
        </p>
      )}
      <p>{t('oversight.log.hint')}</p>
      {lines.length === 0 ? <EmptyState title={t('oversight.log.none')} /> : <AccessLines lines={lines} />}
      <footer>
        <p className="quiet">{t('oversight.log.foot')}</p>
        <p className="quiet">
          {t('oversight.log.made', { time: dateAndTime(new Date().toISOString(), i18n.language) })}
        </p>
      </footer>
    </main>
  );
}

/** Who looked at a patient's record, in words for the patient, on paper if they like. */
export default function AccessLogPage() {
  const { patientId = '' } = useParams();
  const query = useAccessLog(patientId);
  return <Fetched query={query}>{(lines) => <Sheet patientId={patientId} lines={lines} />}</Fetched>;
}
