import { useTranslation } from 'react-i18next';
import type { Consult } from '../api/types';
import { dateAndTime } from '../ui/dates';

export function History({ history }: Pick<Consult, 'history'>) {
  const { t, i18n } = useTranslation();
  return (
    <ol className="timeline" aria-label={t('consult.history')}>
      {history.map((entry) => (
        <li key={`${entry.at} ${entry.event}`}>
          <time dateTime={entry.at}>{dateAndTime(entry.at, i18n.language)}</time>
          <span>
            <strong>{t(`consult.event.${entry.event}`)}</strong>{' '}
            <span className="quiet">{entry.by?.name ?? t('consult.platform')}</span>
            {entry.note && <span className="note-text">“{entry.note}”</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
