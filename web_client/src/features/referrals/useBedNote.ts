import { useTranslation } from 'react-i18next';
import type { BedPool } from '../../api/types';
import { clockTime } from '../../ui/dates';

/** One line about a department's beds that doesn't pretend old numbers are new. */
export function useBedNote(): (pool: BedPool | undefined) => string {
  const { t, i18n } = useTranslation();
  return (pool) => {
    if (!pool) return t('referral.bedsUnknown');
    const note = t('referral.bedsOpen', { open: pool.open, total: pool.total });
    return pool.stale ? note + t('referral.bedsStale', { time: clockTime(pool.as_of, i18n.language) }) : note;
  };
}
