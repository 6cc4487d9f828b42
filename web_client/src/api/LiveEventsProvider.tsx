import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { type LiveHint, type LiveState, openLiveEvents } from './liveEvents';

const LiveContext = createContext<LiveState>('connecting');

const AFFECTED: Readonly<Record<LiveHint['kind'], readonly string[]>> = {
  consult: ['consults', 'patients'],
  referral: ['referrals', 'consults', 'patients', 'beds'],
  patient: ['patients'],
  bed: ['beds'],
  break_glass: ['break-glass'],
};

const ALL = ['consults', 'patients', 'referrals', 'beds', 'break-glass'] as const;

/** Keeps what is on the screen fresh: every hint makes the queries it touches ask again. */
export function LiveEventsProvider({ children }: { readonly children: ReactNode }) {
  const cache = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    let wasInterrupted = false;
    const refresh = (keys: readonly string[]) => {
      for (const key of keys) void cache.invalidateQueries({ queryKey: [key] });
    };
    return openLiveEvents(
      (hint) => refresh(AFFECTED[hint.kind]),
      (next) => {
        setState(next);
        if (next === 'live' && wasInterrupted) refresh(ALL);
        wasInterrupted = next === 'interrupted';
      },
    );
  }, [cache]);
  return <LiveContext.Provider value={state}>{children}</LiveContext.Provider>;
}

export function useLiveState(): LiveState {
  return useContext(LiveContext);
}
