import { useQuery } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { StudyLink } from '../../api/types';
import { fetchSeries, type SeriesEntry } from './catalogue';
import type { Sharing } from './sharing';
import { type Shown, ViewerStore } from './viewerStore';

export function useSeries(studies: readonly StudyLink[]) {
  const uids = studies.map(({ study_uid }) => study_uid);
  return useQuery({
    queryKey: ['series', ...uids],
    queryFn: async () => (await Promise.all(uids.map(fetchSeries))).flat(),
    enabled: uids.length > 0,
  });
}

interface Viewer {
  readonly store: ViewerStore;
  readonly shown: Shown;
  readonly pane: RefObject<HTMLDivElement | null>;
}

/** The pane with its film; opens the first series, unless the room shows another. */
export function useViewer(series: readonly SeriesEntry[], sharing: Sharing | null): Viewer {
  const [store] = useState(() => new ViewerStore());
  const [isMounted, setIsMounted] = useState(false);
  const shown = useSyncExternalStore(store.subscribe, store.snapshot);
  const pane = useRef<HTMLDivElement>(null);
  const wasOffered = useRef(false);

  useEffect(() => {
    if (!pane.current) return;
    void store.mount(pane.current).then(() => setIsMounted(store.isMounted()));
    return () => {
      store.unmount();
      setIsMounted(false);
    };
  }, [store]);

  useEffect(() => {
    if (isMounted) store.share(sharing);
  }, [store, isMounted, sharing]);

  useEffect(() => {
    const [first] = series;
    const isFollowing = sharing?.view.image != null && sharing.view.presenter_id !== sharing.meId;
    if (isMounted && first && store.snapshot().seriesUid === null && !isFollowing) void store.choose(first);
  }, [store, isMounted, series, sharing]);

  useEffect(() => {
    if (wasOffered.current || !sharing?.isLive || !sharing.presentsFirst || shown.phase !== 'shown') return;
    wasOffered.current = true;
    if (sharing.view.presenter_id === null) sharing.send({ type: 'take_presenter' });
  }, [sharing, shown.phase]);

  return { store, shown, pane };
}
