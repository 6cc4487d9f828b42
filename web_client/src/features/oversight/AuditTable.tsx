import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AuditRow } from '../../api/types';
import { dateAndTime } from '../../ui/dates';
import { useActorName, useActText } from './words';

const COLUMNS = ['at', 'who', 'institution', 'what', 'patient', 'outcome'] as const;

/** The rows found, the newest first. */
export function AuditTable({ rows }: { readonly rows: readonly AuditRow[] }) {
  const { t, i18n } = useTranslation();
  const actText = useActText();
  const actorName = useActorName();
  return (
    <div className="card table-frame">
      <table className="rows" data-testid="audit-table">
        <thead>
          <tr>
            {COLUMNS.map((name) => (
              <th key={name} scope="col">
                {t(`oversight.audit.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.institution_id} ${row.seq}`}>
              <td>
                <time dateTime={row.at}>{dateAndTime(row.at, i18n.language)}</time>
              </td>
              <td>{actorName(row.who)}</td>
              <td>{row.institution_name ?? t('oversight.county')}</td>
              <td>
                {actText(row.subtype)}
                <span className="quiet block">
                  {row.subtype} {row.detail && `· ${row.detail}`}
                </span>
              </td>
              <td>{row.patient && <Link to={`/patients/${row.patient.id}`}>{row.patient.name}</Link>}</td>
              <td className={row.outcome === 'ok' ? 'quiet' : 'bad'}>
                {row.outcome === 'ok' ? t('oversight.audit.ok') : row.outcome}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
