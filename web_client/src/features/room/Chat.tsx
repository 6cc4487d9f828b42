import { Button, Input } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChatMessage } from '../../signaling/messages';
import { clockTime } from '../../ui/dates';
import type { RoomStore, Stay } from './roomStore';

interface Waiting {
  readonly id: string;
  readonly text: string;
}

function useChat({ store, stay }: { readonly store: RoomStore; readonly stay: Stay }) {
  const [typed, setTyped] = useState('');
  const [sent, setSent] = useState<readonly Waiting[]>([]);
  const arrived = new Set(stay.room.chat.map(({ message_id }) => message_id));
  const waiting = sent.filter(({ id }) => !arrived.has(id));
  const send = (event: FormEvent) => {
    event.preventDefault();
    const text = typed.trim();
    if (!text) return;
    const id = crypto.randomUUID();
    store.send({ type: 'send_chat', message_id: id, text });
    setSent([...waiting, { id, text }]);
    setTyped('');
  };
  return { typed, setTyped, waiting, send };
}

function useScrolledDown(count: number) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (count > 0) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  return list;
}

function Line({ line, isMine }: { readonly line: ChatMessage; readonly isMine: boolean }) {
  const { i18n } = useTranslation();
  return (
    <li className={isMine ? 'mine' : ''} data-testid="chat-line">
      <span className="quiet">
        {line.name} {clockTime(line.sent_at, i18n.language)}
      </span>
      <p>{line.text}</p>
    </li>
  );
}

/** The chat; what hasn't reached the server yet is shown as waiting. */
export function Chat({ store, stay }: { readonly store: RoomStore; readonly stay: Stay }) {
  const { t } = useTranslation();
  const { typed, setTyped, waiting, send } = useChat({ store, stay });
  const { chat } = stay.room;
  const list = useScrolledDown(chat.length + waiting.length);
  return (
    <section className="chat" aria-label={t('room.chat.title')}>
      <ol ref={list} aria-live="polite">
        {chat.length + waiting.length === 0 && <li className="quiet">{t('room.chat.none')}</li>}
        {chat.map((line) => (
          <Line key={line.message_id} line={line} isMine={line.participant_id === stay.meId} />
        ))}
        {waiting.map(({ id, text }) => (
          <li key={id} className="mine waiting">
            <span className="quiet">{t('room.chat.waiting')}</span>
            <p>{text}</p>
          </li>
        ))}
      </ol>
      <form className="row" onSubmit={send}>
        <Input
          aria-label={t('room.chat.write')}
          placeholder={t('room.chat.write')}
          maxLength={2000}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button htmlType="submit">{t('room.chat.send')}</Button>
      </form>
    </section>
  );
}
