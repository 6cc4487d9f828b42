import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsultSummary } from '../../api/types';
import { ring, unlockSound } from '../../ui/sound';
import { newRings } from './order';

const RING_EVERY_MS = 4_000;

/** Rings while somebody calls, and notifies once per consult. */
export function useRinging(consults: readonly ConsultSummary[]) {
  const { t } = useTranslation();
  const known = useRef<ReadonlySet<string>>(new Set());
  const [isSoundOn, setIsSoundOn] = useState(true);
  const ringing = consults.filter((consult) => consult.rings_me);
  const isRinging = ringing.length > 0;

  useEffect(() => {
    for (const consult of newRings(known.current, consults)) {
      if (typeof Notification === 'undefined' || Notification.permission !== 'granted') continue;
      const title = t('worklist.notification', { urgency: t(`ui.urgency.${consult.urgency}`) });
      new Notification(title, { body: consult.department.name, tag: consult.id, icon: '/icon.svg' });
    }
    known.current = new Set(ringing.map(({ id }) => id));
  });

  useEffect(() => {
    if (!isRinging) return;
    const sound = async () => {
      const isUnlocked = await unlockSound();
      setIsSoundOn(isUnlocked);
      if (isUnlocked) ring();
    };
    void sound();
    const timer = window.setInterval(() => void sound(), RING_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [isRinging]);

  const allow = useCallback(async () => {
    setIsSoundOn(await unlockSound());
    if (typeof Notification !== 'undefined' && Notification.permission === 'default') {
      await Notification.requestPermission();
    }
  }, []);
  return { isSoundOn, allow, ringing };
}
