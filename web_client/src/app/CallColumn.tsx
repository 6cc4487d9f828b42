import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { idempotencyKey } from '../api/client';
import { useConsultAction } from '../api/consults';
import type { Consult } from '../api/types';
import { CallControls } from '../features/room/CallControls';
import { Chat } from '../features/room/Chat';
import { PreCall } from '../features/room/PreCall';
import { Tiles } from '../features/room/Tiles';
import type { useRoom } from '../features/room/useRoom';
import { ProblemNotice } from '../parts/ProblemNotice';

interface Props {
  readonly consult: Consult;
  readonly room: ReturnType<typeof useRoom>;
  readonly name: string;
}

/** The session begins when the specialist sits in the room with somebody; ending it is always a decision. */
function useSessionStart({ consult, room }: Omit<Props, 'name'>) {
  const action = useConsultAction(consult);
  const { mutate, isPending, isError } = action;
  const { stay } = room;
  const isTogether = stay.session.phase === 'live' && stay.room.participants.length > 1;
  const mayStart = consult.available_events.includes('start_session');
  useEffect(() => {
    if (!isTogether || !mayStart || isPending || isError) return;
    mutate({ action: { event: 'start_session' }, key: idempotencyKey() });
  }, [isTogether, mayStart, isPending, isError, mutate]);
  return action;
}

function Inside({ room, name }: Omit<Props, 'consult'>) {
  const { store, stay } = room;
  return (
    <>
      <Tiles stay={stay} name={name} />
      <CallControls store={store} stay={stay} onLeave={() => store.leave()} />
      <Chat store={store} stay={stay} />
    </>
  );
}

function Outside({ consult, room }: Omit<Props, 'name'>) {
  const { t } = useTranslation();
  const { store, stay } = room;
  if (!consult.can_meet) return <p className="quiet">{t('room.line.outside')}</p>;
  if (stay.session.phase !== 'over') return <PreCall store={store} stay={stay} />;
  return (
    <Button type="primary" block onClick={() => store.join()}>
      {t('room.rejoin')}
    </Button>
  );
}

/** The people: the check before the call, then the pictures, the controls and the chat. */
export function CallColumn({ consult, room, name }: Props) {
  const { t } = useTranslation();
  const start = useSessionStart({ consult, room });
  const { phase } = room.stay.session;
  const isInside = phase !== 'idle' && phase !== 'over';
  return (
    <aside className="room-call" aria-label={t('room.tabs.call')}>
      <ProblemNotice error={start.error} onClose={() => start.reset()} />
      {isInside ? <Inside room={room} name={name} /> : <Outside consult={consult} room={room} />}
    </aside>
  );
}
