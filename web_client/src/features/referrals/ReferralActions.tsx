import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idempotencyKey } from '../../api/client';
import { type ReferralAction, useReferralAction } from '../../api/referrals';
import type { Referral, ReferralEvent } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { type Filled, grouped, isAtOnce } from './steps';

const StepDialog = lazy(() => import('./StepDialog'));

function useSteps(referral: Referral) {
  const action = useReferralAction(referral);
  const [filling, setFilling] = useState<Filled | null>(null);
  const send = (next: ReferralAction) => {
    if (action.isPending) return;
    action.mutate({ action: next, key: idempotencyKey() }, { onSuccess: () => setFilling(null) });
  };
  const open = (event: Filled | null) => {
    action.reset();
    setFilling(event);
  };
  const take = (event: ReferralEvent) => (isAtOnce(event) ? send({ event }) : open(event));
  return { action, filling, open, send, take };
}

interface ButtonsProps {
  readonly events: readonly ReferralEvent[];
  readonly isPending: boolean;
  readonly leading: boolean;
  readonly onTake: (event: ReferralEvent) => void;
}

function StepButtons({ events, isPending, leading, onTake }: ButtonsProps) {
  const { t } = useTranslation();
  return (
    <div className="row wrap">
      {events.map((event, place) => (
        <Button
          key={event}
          type={leading && place === 0 ? 'primary' : 'default'}
          danger={event === 'cancel' || event === 'record_death'}
          loading={isPending && isAtOnce(event)}
          onClick={() => onTake(event)}
        >
          {t(`referral.event.${event}`)}
        </Button>
      ))}
    </div>
  );
}

/** What this side may do now, as the server's table says; what went wrong stands apart. */
export function ReferralActions({ referral }: { readonly referral: Referral }) {
  const { t } = useTranslation();
  const { action, filling, open, send, take } = useSteps(referral);
  const { onward, otherwise } = grouped(referral.available_events);
  const buttons = { isPending: action.isPending, onTake: take };
  return (
    <div className="actions">
      {!filling && <ProblemNotice error={action.error} onClose={() => action.reset()} />}
      <StepButtons events={onward} leading {...buttons} />
      {otherwise.length > 0 && (
        <details>
          <summary className="quiet">{t('referral.otherwise')}</summary>
          <StepButtons events={otherwise} leading={false} {...buttons} />
        </details>
      )}
      <Suspense fallback={null}>
        {filling && (
          <StepDialog
            referral={referral}
            event={filling}
            error={action.error}
            isPending={action.isPending}
            onSend={send}
            onClose={() => open(null)}
          />
        )}
      </Suspense>
    </div>
  );
}
