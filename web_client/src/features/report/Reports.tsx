import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Consult, Report } from '../../api/types';
import { dateAndTime } from '../../ui/dates';
import { Attestations } from './Attestations';

const SECTIONS = ['findings', 'assessment', 'advice'] as const;

export function ReportText({ report }: { readonly report: Report }) {
  const { t } = useTranslation();
  return (
    <dl className="report-text">
      {SECTIONS.map(
        (section) =>
          report[section] && (
            <div key={section}>
              <dt>{t(`report.${section}`)}</dt>
              <dd>{report[section]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function SignedReport({ report }: { readonly report: Report }) {
  const { t, i18n } = useTranslation();
  const { name, institution_name, department_name } = report.signed_by;
  return (
    <article className="report" data-testid="report">
      {report.correction_reason && <p>{t('report.correction', { reason: report.correction_reason })}</p>}
      <ReportText report={report} />
      <Attestations report={report} />
      <p className="quiet row wrap">
        <span>
          {t('report.by', { name, institution: institution_name, department: department_name ?? '' })}
        </span>
        <span>{t('report.signedAt', { time: dateAndTime(report.signed_at, i18n.language) })}</span>
        <span>{t('report.version', { version: report.version })}</span>
      </p>
    </article>
  );
}

/** The signed versions, the newest first. */
export function Reports({ consult }: { readonly consult: Consult }) {
  const { t } = useTranslation();
  const reports = [...consult.reports].sort((a, b) => b.version - a.version);
  return (
    <section className="card stack" aria-label={t('report.title')}>
      <div className="row between">
        <h2>{t('report.title')}</h2>
        <Link to={`/consults/${consult.id}/report/print`} target="_blank">
          {t('report.print')}
        </Link>
      </div>
      {reports.map((report) => (
        <SignedReport key={report.version} report={report} />
      ))}
      <p className="quiet">{t('report.advisory')}</p>
    </section>
  );
}
