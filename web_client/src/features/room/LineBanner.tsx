import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../parts/ProblemNotice';
import { type LineState, lineState } from './lineState';
import type { RoomStore, Stay } from './roomStore';

const TONES: Readonly<Record<LineState['kind'], 'good' | 'calm' | 'warn' | 'bad'>> = {
  outside: 'calm',
  joining: 'calm',
  good: 'good',
  alone: 'calm',
  connecting_media: 'calm',
  signaling_lost: 'bad',
  media_lost: 'bad',
  no_relay: 'warn',
  peer_dropped: 'warn',
  seat_taken: 'warn',
  refused: 'bad',
};

function useLineText(state: LineState): string {
  const { t } = useTranslation();
  const problem = useProblemText();
  switch (state.kind) {
    case 'peer_dropped':
      return t('room.line.peer_dropped', { name: state.name });
    case 'refused': {
      const { what, safe, next } = problem(state.code);
      return [what, safe, next].filter(Boolean).join(' ');
    }
    default:
      return t(`room.line.${state.kind}`);
  }
}

/** Says what the line does, no better than it is. */
export function LineBanner({ store, stay }: { readonly store: RoomStore; readonly stay: Stay }) {
  const { t } = useTranslation();
  const { session, meId, room, publish, subscribe } = stay;
  const { participants, mediaAvailable } = room;
  const state = lineState({ session, meId, participants, mediaAvailable, publish, subscribe });
  const text = useLineText(state);
  return (
    <div
      className={`line-banner ${TONES[state.kind]}`}
      role="status"
      data-testid="connection-banner"
      data-state={state.kind}
    >
      <span className="dot" aria-hidden /> {text}
      {(state.kind === 'seat_taken' || state.kind === 'refused') && (
        <Button size="small" onClick={() => store.join()}>
          {t('room.joinHere')}
        </Button>
      )}
    </div>
  );
}
