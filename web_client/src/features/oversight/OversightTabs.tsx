import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { activeMembership, useMe } from '../../api/session';
import type { Role } from '../../api/types';

const TABS = [
  ['figures', '/oversight/indicators', ['director', 'regulator']],
  ['glass', '/oversight/break-glass', ['director', 'regulator']],
  ['audit', '/oversight/audit', ['regulator']],
] as const satisfies readonly (readonly [string, string, readonly Role[]])[];

/** The pages of oversight, below its title. */
export function OversightTabs() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const role = me ? activeMembership(me)?.role : undefined;
  const mine = TABS.filter(([, , roles]) => roles.some((each) => each === role));
  return (
    <div className="row between wrap">
      <h1>{t('oversight.title')}</h1>
      <nav className="tabs" aria-label={t('oversight.title')}>
        {mine.map(([name, address]) => (
          <NavLink key={name} to={address}>
            {t(`oversight.tabs.${name}`)}
          </NavLink>
        ))}
      </nav>
    </div>
  );
}
