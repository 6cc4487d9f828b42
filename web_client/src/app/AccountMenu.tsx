import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useChooseMembership, useLogout } from '../api/session';
import type { Me, Membership } from '../api/types';
import { chooseLanguage } from '../locales';

function MembershipChoice({ me }: { readonly me: Me }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const choose = useChooseMembership();
  const label = ({ institution_name, department_name, role }: Membership) =>
    [institution_name, department_name, t(`shell.role.${role}`)].filter(Boolean).join(' · ');
  const [only] = me.memberships;
  if (me.memberships.length === 1 && only) return <span className="membership">{label(only)}</span>;
  return (
    <select
      className="membership"
      aria-label={t('shell.switchRole')}
      value={me.active_membership_id}
      onChange={(event) => choose.mutate(event.target.value, { onSuccess: () => navigate('/') })}
    >
      {me.memberships.map((membership) => (
        <option key={membership.id} value={membership.id}>
          {label(membership)}
        </option>
      ))}
    </select>
  );
}

function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <button
      type="button"
      className="plain"
      lang={i18n.language === 'zh' ? 'en' : 'zh-CN'}
      onClick={() => void chooseLanguage(i18n.language === 'zh' ? 'en' : 'zh')}
    >
      {t('shell.language')}
    </button>
  );
}

interface Props {
  readonly me: Me;
  readonly onShowKeys: () => void;
}

export function AccountMenu({ me, onShowKeys }: Props) {
  const { t } = useTranslation();
  const logout = useLogout();
  return (
    <div className="account">
      <span className="account-name">
        <Link to="/account" className="account-link">
          <strong data-testid="account-name">{me.name}</strong>
        </Link>
        <MembershipChoice me={me} />
      </span>
      <button
        type="button"
        className="plain"
        aria-label={t('shell.keys')}
        title={t('shell.keys')}
        onClick={onShowKeys}
      >
        ?
      </button>
      <LanguageSwitch />
      <button type="button" className="plain" onClick={() => logout.mutate()}>
        {t('shell.logout')}
      </button>
    </div>
  );
}
