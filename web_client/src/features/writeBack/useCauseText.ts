import { useTranslation } from 'react-i18next';
import type { DeadLetter } from '../../api/types';

/** Why a delivery failed and what to do about it, in words. */
export function useCauseText() {
  const { t } = useTranslation();
  return (cause: DeadLetter['cause'], status: number | null) => ({
    why: t(`writeBack.cause.${cause}.why`, { status: status ?? '—' }),
    next: t(`writeBack.cause.${cause}.next`),
  });
}
