import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idempotencyKey } from '../api/client';
import { type ConsultAction, useConsultAction } from '../api/consults';
import type { Consult } from '../api/types';
import { useHotkeys } from '../ui/hotkeys';
import { ProblemNotice } from './ProblemNotice';
import { TextDialog } from './TextDialog';

type Worded = 'decline' | 'ask_back' | 'answer_back' | 'cancel';
type Plain = 'submit' | 'accept' | 'close';

interface Offered {
  readonly event: Worded | Plain;
  readonly hotkey?: string;
  readonly look?: 'primary' | 'danger';
}

/** The order of the buttons. What is possible now, the server says with the consult. */
const BUTTONS: readonly Offered[] = [
  { event: 'submit', look: 'primary' },
  { event: 'accept', hotkey: 'a', look: 'primary' },
  { event: 'answer_back', look: 'primary' },
  { event: 'ask_back', hotkey: 'i' },
  { event: 'decline', hotkey: 'd' },
  { event: 'close' },
  { event: 'cancel', look: 'danger' },
];

function isWorded(event: Worded | Plain): event is Worded {
  return event === 'decline' || event === 'ask_back' || event === 'answer_back' || event === 'cancel';
}

function worded(event: Worded, text: string): ConsultAction {
  switch (event) {
    case 'decline':
      return { event, reason: text };
    case 'ask_back':
      return { event, question: text };
    case 'answer_back':
      return { event, answer: text };
    case 'cancel':
      return { event, reason: text };
  }
}

interface Props {
  readonly consult: Pick<Consult, 'id' | 'version' | 'available_events'>;
  readonly onAccepted?: () => void;
}

function useActions({ consult, onAccepted }: Props) {
  const { t } = useTranslation();
  const action = useConsultAction(consult);
  const [asking, setAsking] = useState<Worded | null>(null);
  const offered = BUTTONS.filter(({ event }) => consult.available_events.includes(event));
  const send = (next: ConsultAction) => {
    if (action.isPending) return;
    const onSuccess = () => {
      setAsking(null);
      if (next.event === 'accept') onAccepted?.();
    };
    action.mutate({ action: next, key: idempotencyKey() }, { onSuccess });
  };
  const press = (event: Worded | Plain) => {
    action.reset();
    if (isWorded(event)) setAsking(event);
    else send({ event });
  };
  const keyed = offered.flatMap(({ event, hotkey }) =>
    hotkey ? [{ key: hotkey, label: t(`consult.action.${event}`), run: () => press(event) }] : [],
  );
  useHotkeys(keyed);
  return { action, asking, setAsking, offered, send, press };
}

/** Buttons for what this person may do with the consult now, with their keys. */
export function ConsultActions(props: Props) {
  const { t } = useTranslation();
  const { action, asking, setAsking, offered, send, press } = useActions(props);
  return (
    <div className="actions">
      {!asking && <ProblemNotice error={action.error} onClose={() => action.reset()} />}
      <div className="row wrap">
        {offered.map(({ event, hotkey, look }) => (
          <Button
            key={event}
            type={look === 'primary' ? 'primary' : 'default'}
            danger={look === 'danger'}
            loading={action.isPending && action.variables.action.event === event}
            onClick={() => press(event)}
          >
            {t(`consult.action.${event}`)} {hotkey && <kbd>{hotkey.toUpperCase()}</kbd>}
          </Button>
        ))}
      </div>
      {asking && (
        <TextDialog
          title={t(`consult.action.${asking}`)}
          label={t(`consult.ask.${asking}`)}
          okText={t(`consult.action.${asking}`)}
          error={action.error}
          isPending={action.isPending}
          onSend={(text) => send(worded(asking, text))}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}
