import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useConsult } from '../../api/consults';
import type { Consult } from '../../api/types';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { PatientLine } from '../../parts/Tags';
import { dateAndTime } from '../../ui/dates';
import { Attestations } from './Attestations';
import { ReportText } from './Reports';

function Heading({ consult }: { readonly consult: Consult }) {
  const { t } = useTranslation();
  const { patient, requester } = consult;
  return (
    <table className="print-head">
      <tbody>
        <tr>
          <th scope="row">{t('report.printed.patient')}</th>
          <td>
            <PatientLine patient={patient} />
          </td>
          <th scope="row">{t('report.printed.id')}</th>
          <td>{patient.resident_id ?? '—'}</td>
        </tr>
        <tr>
          <th scope="row">{t('report.printed.requester')}</th>
          <td colSpan={3}>{`${requester.institution_name} ${requester.name}`}</td>
        </tr>
        <tr>
          <th scope="row">{t('report.printed.question')}</th>
          <td colSpan={3}>{consult.question}</td>
        </tr>
        {consult.complaint && (
          <tr>
            <th scope="row">{t('report.printed.complaint')}</th>
            <td colSpan={3}>{consult.complaint}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Sheet({ consult }: { readonly consult: Consult }) {
  const { t, i18n } = useTranslation();
  const [latest] = [...consult.reports].sort((a, b) => b.version - a.version);
  if (!latest) return <EmptyState title={t('report.none')} />;
  const { name, institution_name, department_name } = latest.signed_by;
  return (
    <main className="sheet">
      <Button className="no-print" onClick={() => window.print()}>
        {t('report.print')}
      </Button>
      <p className="print-institution">{institution_name}</p>
      <h1>{t('report.printed.title')}</h1>
      <Heading consult={consult} />
      <ReportText report={latest} />
      <Attestations report={latest} />
      <footer>
        <p>
          {t('report.printed.signature')}：
          {t('report.by', { name, institution: institution_name, department: department_name ?? '' })}
        </p>
        <p className="row">
          <span>{t('report.signedAt', { time: dateAndTime(latest.signed_at, i18n.language) })}</span>
          <span>{t('report.version', { version: latest.version })}</span>
        </p>
        <p className="quiet">{t('report.advisory')}</p>
        <p className="quiet hash">{t('report.printed.hash', { hash: latest.content_sha256 })}</p>
      </footer>
    </main>
  );
}

/** The report on one sheet of paper. */
export default function PrintPage() {
  const { consultId = '' } = useParams();
  const query = useConsult(consultId);
  return <Fetched query={query}>{(consult) => <Sheet consult={consult} />}</Fetched>;
}
