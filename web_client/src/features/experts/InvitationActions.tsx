import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type InvitationAction, useInvitationAction } from '../../api/invitations';
import type { Consult, Invitation } from '../../api/types';
import { PinDialog } from '../../parts/PinDialog';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { TextDialog } from '../../parts/TextDialog';

type EventName = InvitationAction['event'];
type Asked = Extract<EventName, 'decline' | 'countersign' | 'dissent'>;

/** The order of the buttons. What is possible now, the server says with the invitation. */
const BUTTONS: readonly EventName[] = ['join', 'countersign', 'dissent', 'decline', 'withdraw'];

function isAsked(event: EventName): event is Asked {
  return event === 'decline' || event === 'countersign' || event === 'dissent';
}

interface DialogProps {
  readonly asked: Asked;
  readonly action: ReturnType<typeof useInvitationAction>;
  readonly onSend: (action: InvitationAction) => void;
  readonly onClose: () => void;
}

function Asking({ asked, action, onSend, onClose }: DialogProps) {
  const { t } = useTranslation();
  const title = t(`experts.action.${asked}`);
  const shared = { title, okText: title, error: action.error, isPending: action.isPending, onClose };
  if (asked === 'decline') {
    const send = (reason: string) => onSend({ event: 'decline', reason });
    return <TextDialog {...shared} label={t('experts.declineReason')} onSend={send} />;
  }
  if (asked === 'countersign') {
    const sign = (pin: string) => onSend({ event: 'countersign', pin });
    return <PinDialog {...shared} hint={t('experts.countersignHint')} onSign={sign} />;
  }
  return (
    <PinDialog
      {...shared}
      hint={t('experts.dissentHint')}
      reasonLabel={t('experts.dissentReason')}
      onSign={(pin, reason) => onSend({ event: 'dissent', pin, reason })}
    />
  );
}

/** Buttons for what this person may do with the invitation now. */
export function InvitationActions({
  consult,
  invitation,
}: {
  readonly consult: Consult;
  readonly invitation: Invitation;
}) {
  const { t } = useTranslation();
  const action = useInvitationAction(consult, invitation);
  const [asked, setAsked] = useState<Asked | null>(null);
  const offered = BUTTONS.filter((event) => invitation.available_events.includes(event));
  const send = (next: InvitationAction) => action.mutate(next, { onSuccess: () => setAsked(null) });
  const press = (event: EventName) => {
    action.reset();
    if (isAsked(event)) setAsked(event);
    else send({ event });
  };
  if (offered.length === 0) return null;
  return (
    <div className="invitation-actions">
      {!asked && <ProblemNotice error={action.error} onClose={() => action.reset()} />}
      <div className="row wrap">
        {offered.map((event) => (
          <Button
            key={event}
            type={event === 'join' || event === 'countersign' ? 'primary' : 'default'}
            danger={event === 'dissent'}
            loading={action.isPending && action.variables.event === event}
            onClick={() => press(event)}
          >
            {t(`experts.action.${event}`)}
          </Button>
        ))}
      </div>
      {asked && <Asking asked={asked} action={action} onSend={send} onClose={() => setAsked(null)} />}
    </div>
  );
}
