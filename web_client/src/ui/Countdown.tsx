import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useNow } from './clock';

function durationText(t: TFunction, ms: number): string {
  const total = Math.floor(Math.abs(ms) / 1_000);
  const [hours, minutes, seconds] = [Math.floor(total / 3_600), Math.floor(total / 60) % 60, total % 60];
  if (hours > 0) return t('ui.duration.hours', { hours, minutes });
  if (minutes > 0) return t('ui.duration.minutes', { minutes, seconds });
  return t('ui.duration.seconds', { seconds });
}

interface Props {
  readonly until: string;
  /** From here on it is shown as pressing. */
  readonly warnBelowMs?: number;
}

/** Time left until a deadline, or how long it has been missed. */
export function Countdown({ until, warnBelowMs = 120_000 }: Props) {
  const { t } = useTranslation();
  const left = new Date(until).getTime() - useNow();
  const tone = left < 0 ? 'late' : left < warnBelowMs ? 'soon' : 'calm';
  const text = left < 0 ? 'ui.overdue' : 'ui.remaining';
  return (
    <time className={`countdown ${tone}`} dateTime={until}>
      {t(text, { time: durationText(t, left) })}
    </time>
  );
}
