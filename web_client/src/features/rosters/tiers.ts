/** The lines of a roster by number: 1 is rung first, 0 is the director. */

import { useTranslation } from 'react-i18next';

export const TIERS = [1, 2, 3, 0] as const;

const NAMES = ['director', 'first', 'second', 'third'] as const;

export function tierName(tier: number): (typeof NAMES)[number] {
  return NAMES[tier] ?? 'first';
}

/** Names a day (ISO date) as 周一 6/1. */
export function useDayName(): (date: string) => string {
  const { i18n } = useTranslation();
  const format = new Intl.DateTimeFormat(i18n.language, {
    weekday: 'short',
    month: 'numeric',
    day: 'numeric',
    timeZone: 'UTC',
  });
  return (date) => format.format(new Date(`${date}T00:00:00Z`));
}
