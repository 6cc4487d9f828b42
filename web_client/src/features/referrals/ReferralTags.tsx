import { useTranslation } from 'react-i18next';
import type { Priority, ReferralState } from '../../api/types';

export function PriorityTag({ priority }: { readonly priority: Priority }) {
  const { t } = useTranslation();
  return <span className={`tag priority-${priority}`}>{t(`referral.priorities.${priority}`)}</span>;
}

export function ReferralStateTag({ state }: { readonly state: ReferralState }) {
  const { t } = useTranslation();
  return (
    <span className="tag state" data-state={state}>
      {t(`referral.state.${state}`)}
    </span>
  );
}
