import { useTranslation } from 'react-i18next';
import type { Report } from '../../api/types';
import { dateAndTime } from '../../ui/dates';

/** What the other experts said to this version of the report, with their names. */
export function Attestations({ report }: { readonly report: Report }) {
  const { t, i18n } = useTranslation();
  if (report.attestations.length === 0) return null;
  return (
    <ul className="attestations" aria-label={t('report.attestations')}>
      {report.attestations.map(({ by, stance, reason, signed_at }) => (
        <li key={by.person_id} className={stance} data-testid="attestation" data-stance={stance}>
          <span className="row wrap">
            <strong>{t(`report.stance.${stance}`)}</strong>
            <span>
              {t('report.by', {
                name: by.name,
                institution: by.institution_name,
                department: by.department_name ?? '',
              })}
            </span>
            <span className="quiet">{dateAndTime(signed_at, i18n.language)}</span>
          </span>
          {reason && <p className="dissent">{reason}</p>}
        </li>
      ))}
    </ul>
  );
}
