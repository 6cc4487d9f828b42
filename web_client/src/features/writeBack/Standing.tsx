import { useTranslation } from 'react-i18next';
import type { Subscriber } from '../../api/types';
import { dateAndTime } from '../../ui/dates';
import { useCauseText } from './useCauseText';

/** What only a human can put right. */
const ALARMING: ReadonlySet<string> = new Set(['deadLetters', 'mismatches']);

interface Props {
  readonly subscriber: Subscriber;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Delay({ subscriber }: { readonly subscriber: Subscriber }) {
  const { t, i18n } = useTranslation();
  const causeText = useCauseText();
  const { waiting, delayed, delay_cause, delay_status, oldest_waiting_at, dead_letters } = subscriber;
  if (waiting === 0) {
    return <p className="quiet">{t(dead_letters === 0 ? 'writeBack.upToDate' : 'writeBack.allElse')}</p>;
  }
  return (
    <>
      {oldest_waiting_at && (
        <p className="quiet">
          {t('writeBack.oldest', { time: dateAndTime(oldest_waiting_at, i18n.language) })}
        </p>
      )}
      {delayed > 0 && delay_cause && (
        <p className="warning">
          {t('writeBack.delayed', { count: delayed })} {causeText(delay_cause, delay_status).why}
        </p>
      )}
    </>
  );
}

/** One subscriber: how much is on its way, how long that takes, and what is stuck. */
export function Standing({ subscriber, isChosen, onChoose }: Props) {
  const { t } = useTranslation();
  const { name, waiting, held_up, dead_letters, set_aside, lag_p95_s, mismatches } = subscriber;
  const numbers = [
    ['waiting', String(waiting)],
    ['lag', lag_p95_s === null ? '—' : t('writeBack.seconds', { value: lag_p95_s.toFixed(1) })],
    ['deadLetters', String(dead_letters)],
    ['heldUp', String(held_up)],
    ['mismatches', String(mismatches)],
    ['setAside', String(set_aside)],
  ] as const;
  return (
    <section
      className={`card stack subscriber ${isChosen ? 'chosen' : ''}`}
      data-testid={`subscriber-${name}`}
      data-dead-letters={dead_letters}
    >
      <h2>
        <button type="button" className="plain" aria-pressed={isChosen} onClick={onChoose}>
          {t(`writeBack.subscriber.${name}`)}
        </button>
      </h2>
      <dl className="figures">
        {numbers.map(([label, value]) => (
          <div key={label} className={ALARMING.has(label) && value !== '0' ? 'bad' : ''}>
            <dt>{t(`writeBack.figure.${label}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Delay subscriber={subscriber} />
    </section>
  );
}
