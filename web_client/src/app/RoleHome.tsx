import { useTranslation } from 'react-i18next';
import { Navigate } from 'react-router';
import { activeMembership, useMe } from '../api/session';
import { EmptyState } from '../parts/Fetched';
import { homeOf, PATHS } from './workspaces';

/** Sends everybody to where their work is. */
export default function RoleHome() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const membership = me ? activeMembership(me) : undefined;
  const home = membership ? homeOf(membership.role) : 'records';
  if (home !== 'records') return <Navigate to={PATHS[home]} replace />;
  return <EmptyState title={t('shell.nav.records')} hint={t('shell.recordsHint')} />;
}
