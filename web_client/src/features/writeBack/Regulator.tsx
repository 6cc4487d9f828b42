import { useTranslation } from 'react-i18next';
import type { WriteBack } from '../../api/types';
import { dateAndTime } from '../../ui/dates';

interface Props {
  readonly feed: WriteBack['regulator'];
  readonly waiting: number;
}

/** The regulator's feed: how much it holds, and how far each reader has come. */
export function Regulator({ feed, waiting }: Props) {
  const { t, i18n } = useTranslation();
  return (
    <section className="card stack" data-testid="regulator-feed">
      <h2>{t('writeBack.regulator')}</h2>
      <dl className="figures">
        <div>
          <dt>{t('writeBack.feed.published')}</dt>
          <dd>{feed.head}</dd>
        </div>
        <div>
          <dt>{t('writeBack.figure.waiting')}</dt>
          <dd>{waiting}</dd>
        </div>
      </dl>
      {feed.readers.length === 0 && <p className="quiet">{t('writeBack.feed.nobody')}</p>}
      {feed.readers.map((reader) => (
        <p key={reader.name} className="quiet">
          {t('writeBack.feed.reader', {
            name: reader.name,
            taken: reader.taken,
            behind: reader.behind,
            time: dateAndTime(reader.seen_at, i18n.language),
          })}
        </p>
      ))}
    </section>
  );
}
