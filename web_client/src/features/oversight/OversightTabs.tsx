import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';

const TABS = [['glass', '/oversight/break-glass']] as const;

/** The pages of oversight, below its title. */
export function OversightTabs() {
  const { t } = useTranslation();
  return (
    <div className="row between wrap">
      <h1>{t('oversight.title')}</h1>
      <nav className="tabs" aria-label={t('oversight.title')}>
        {TABS.map(([name, address]) => (
          <NavLink key={name} to={address}>
            {t(`oversight.tabs.${name}`)}
          </NavLink>
        ))}
      </nav>
    </div>
  );
}
