import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { DeadLetter } from '../../api/types';
import type { Texts } from '../../locales/zh';

type Event = keyof Texts['writeBack']['event'];

/** Names an event by its kind and the number of what it is about; nothing of the patient. */
export function useLetterTitle() {
  const { t } = useTranslation();
  return ({ event, about_id }: Pick<DeadLetter, 'event' | 'about_id'>) => {
    const kind = event.replace('clinical.', '');
    const known = i18next.exists(`writeBack.event.${kind}`) ? (kind as Event) : 'other';
    return `${t(`writeBack.event.${known}`)} · ${about_id.slice(-12)}`;
  };
}
