import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMyShifts } from '../../api/rosters';
import '../../locales/later';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { dateAndTime } from '../../ui/dates';
import './rosters.css';
import { tierName } from './tiers';

/** When I myself am to be rung. */
export default function MyShiftsPage() {
  const { t, i18n } = useTranslation();
  const query = useMyShifts();
  return (
    <>
      <div className="row between wrap">
        <h1>{t('rosters.mine')}</h1>
        <Link to="/rosters">{t('rosters.backToWeek')}</Link>
      </div>
      <Fetched query={query}>
        {(shifts) =>
          shifts.length === 0 ? (
            <EmptyState title={t('rosters.mineNone')} hint={t('rosters.mineHint')} />
          ) : (
            <ul className="shift-list card">
              {shifts.map(({ id, department, tier, starts_at, ends_at }) => (
                <li key={id}>
                  <strong>
                    {dateAndTime(starts_at, i18n.language)} – {dateAndTime(ends_at, i18n.language)}
                  </strong>
                  <span className="block">
                    {department.name} · {t(`rosters.tier.${tierName(tier)}`)}
                    <span className="quiet block">{department.institution_name}</span>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Fetched>
    </>
  );
}
