import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet } from 'react-router';
import { useLiveState } from '../api/LiveEventsProvider';
import { activeMembership, useMe } from '../api/session';
import type { Role } from '../api/types';
import { useWriteBack } from '../api/writeBack';
import { useHotkeys } from '../ui/hotkeys';
import { AccountMenu } from './AccountMenu';
import { GlassNotices } from './GlassNotices';
import { PATHS, workspacesOf } from './workspaces';

const KeysHelp = lazy(() => import('../ui/KeysHelp'));
const PatientPalette = lazy(() => import('./PatientPalette'));

/** How many matters of the write-back wait for a human; nothing when none does. */
function AttentionMark() {
  const { t } = useTranslation();
  const count = useWriteBack().data?.attention ?? 0;
  if (count === 0) return null;
  return (
    <span
      className="attention"
      role="img"
      aria-label={t('shell.attention', { count })}
      data-testid="attention"
    >
      {count}
    </span>
  );
}

function WorkspaceNav({ role }: { readonly role: Role }) {
  const { t } = useTranslation();
  return (
    <nav className="workspaces">
      {workspacesOf(role).map((workspace) => (
        <NavLink key={workspace} to={PATHS[workspace]}>
          {t(`shell.nav.${workspace}`)}
          {workspace === 'writeBack' && <AttentionMark />}
        </NavLink>
      ))}
    </nav>
  );
}

function LiveMark() {
  const { t } = useTranslation();
  const state = useLiveState();
  return (
    <span className={`live-mark ${state}`} role="status" data-testid="live-state" data-state={state}>
      <span className="dot" aria-hidden />
      <span className="live-text">{t(`shell.live.${state}`)}</span>
    </span>
  );
}

function useShellDialogs() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'none' | 'search' | 'keys'>('none');
  useHotkeys([
    { key: 'Ctrl+k', label: t('shell.search'), run: () => setOpen('search') },
    { key: '?', label: t('ui.keysShow'), run: () => setOpen('keys') },
  ]);
  return { open, show: setOpen, hide: () => setOpen('none') };
}

export default function Shell() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const dialogs = useShellDialogs();
  const membership = me ? activeMembership(me) : undefined;
  if (!me || !membership) return null;
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <header className="topbar">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width={28} height={28} />
          {t('shell.brand')}
        </Link>
        <WorkspaceNav role={membership.role} />
        <button type="button" className="search-button" onClick={() => dialogs.show('search')}>
          {t('shell.search')} <kbd>Ctrl K</kbd>
        </button>
        <LiveMark />
        <AccountMenu me={me} onShowKeys={() => dialogs.show('keys')} />
      </header>
      <GlassNotices role={membership.role} />
      <main id="main" className="page" tabIndex={-1}>
        <Outlet />
      </main>
      <Suspense fallback={null}>
        {dialogs.open === 'search' && <PatientPalette onClose={dialogs.hide} />}
        {dialogs.open === 'keys' && <KeysHelp open onClose={dialogs.hide} />}
      </Suspense>
    </div>
  );
}
