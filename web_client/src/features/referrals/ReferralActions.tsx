import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idempotencyKey } from '../../api/client';
import { type ReferralAction, useReferralAction } from '../../api/referrals';
import type { Referral } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { TextDialog } from '../../parts/TextDialog';
import { AcceptDialog } from './AcceptDialog';
import { DeclineDialog } from './DeclineDialog';

const TransportDialog = lazy(() => import('./TransportDialog'));

type Simple =
  | 'submit'
  | 'depart'
  | 'arrive'
  | 'admit'
  | 'see'
  | 'accept_down'
  | 'return'
  | 'start_follow_up'
  | 'close';
type Filled = 'accept' | 'decline' | 'arrange_transport' | 'propose_down' | 'cancel';

const SIMPLE: readonly Simple[] = [
  'submit',
  'depart',
  'arrive',
  'admit',
  'see',
  'accept_down',
  'return',
  'start_follow_up',
  'close',
];
const FILLED: readonly Filled[] = ['accept', 'arrange_transport', 'decline', 'propose_down', 'cancel'];

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
  return { action, filling, open, send };
}

type Steps = ReturnType<typeof useSteps>;

function FillingDialog({ referral, steps }: { readonly referral: Referral; readonly steps: Steps }) {
  const { t } = useTranslation();
  const { action, filling, open, send } = steps;
  const shared = {
    error: action.error,
    isPending: action.isPending,
    onSend: send,
    onClose: () => open(null),
  };
  switch (filling) {
    case 'accept':
      return <AcceptDialog referral={referral} {...shared} />;
    case 'decline':
      return <DeclineDialog {...shared} />;
    case 'arrange_transport':
      return <TransportDialog {...shared} />;
    case 'propose_down':
    case 'cancel':
      return (
        <TextDialog
          {...shared}
          title={t(`referral.event.${filling}`)}
          label={t('referral.note')}
          okText={t(`referral.event.${filling}`)}
          onSend={(text) =>
            send(
              filling === 'cancel'
                ? { event: filling, reason: text }
                : { event: filling, instructions: text },
            )
          }
        />
      );
    case null:
      return null;
  }
}

/** Buttons for what this side may do now. */
export function ReferralActions({ referral }: { readonly referral: Referral }) {
  const { t } = useTranslation();
  const steps = useSteps(referral);
  const can = (event: Simple | Filled) => referral.available_events.includes(event);
  return (
    <div className="actions">
      {!steps.filling && <ProblemNotice error={steps.action.error} onClose={() => steps.action.reset()} />}
      <div className="row wrap">
        {FILLED.filter(can).map((event) => (
          <Button
            key={event}
            type={event === 'accept' || event === 'arrange_transport' ? 'primary' : 'default'}
            danger={event === 'cancel'}
            onClick={() => steps.open(event)}
          >
            {t(`referral.event.${event}`)}
          </Button>
        ))}
        {SIMPLE.filter(can).map((event) => (
          <Button key={event} loading={steps.action.isPending} onClick={() => steps.send({ event })}>
            {t(`referral.event.${event}`)}
          </Button>
        ))}
      </div>
      <Suspense fallback={null}>
        <FillingDialog referral={referral} steps={steps} />
      </Suspense>
    </div>
  );
}
