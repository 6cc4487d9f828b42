import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { AuditActor, IndicatorFigure } from '../../api/types';
import type { Texts } from '../../locales/zh';

type Act = keyof Texts['oversight']['act'];
type Why = keyof Texts['oversight']['figures']['why'];
type Area = keyof Texts['oversight']['area'];

/** An audit's subtype in plain words: the act itself where there are words for it, else what it was about. */
export function useActText() {
  const { t } = useTranslation();
  return (subtype: string): string => {
    const act = subtype.replaceAll('.', '_');
    if (i18next.exists(`oversight.act.${act}`)) return t(`oversight.act.${act as Act}`);
    const area = subtype.split('.')[0] ?? '';
    if (i18next.exists(`oversight.area.${area}`)) return t(`oversight.area.${area as Area}`);
    return subtype;
  };
}

export function useActorName() {
  const { t } = useTranslation();
  return ({ kind, name, id }: AuditActor): string =>
    kind === 'platform' ? t('oversight.platform') : name || id;
}

/** What was left out of a figure, and why. */
export function useLeftOut() {
  const { t } = useTranslation();
  return (excluded: IndicatorFigure['excluded']): string =>
    Object.entries(excluded)
      .map(([why, count]) => `${t(`oversight.figures.why.${why as Why}`)} ${count}`)
      .join(t('oversight.figures.comma')) || '—';
}
