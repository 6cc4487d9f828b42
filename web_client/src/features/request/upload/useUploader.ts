import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { refreshConsult } from '../../../api/consults';
import { type Queue, summary } from './queue';
import { Uploader } from './uploader';

/** Uploads of consults already submitted go on while other pages are open. */
const RUNNING = new Map<string, Uploader>();

export function keepRunning(consultId: string, uploader: Uploader): void {
  RUNNING.set(consultId, uploader);
}

/** The uploader of a consult, or of one that is being written (null). */
export function useUploader(consultId: string | null): {
  readonly uploader: Uploader;
  readonly queue: Queue;
} {
  const cache = useQueryClient();
  const [uploader] = useState(() => {
    const running = consultId ? RUNNING.get(consultId) : undefined;
    if (running) return running;
    const fresh = new Uploader((attachedTo) => void refreshConsult(cache, attachedTo));
    if (consultId) {
      fresh.dispatch({ type: 'consult_known', consultId });
      RUNNING.set(consultId, fresh);
    }
    return fresh;
  });
  const queue = useSyncExternalStore(uploader.subscribe, uploader.snapshot);
  useWarnBeforeLeaving(summary(queue).unfinished > 0);
  return { uploader, queue };
}

/** The browser asks before it closes a page that still sends. */
function useWarnBeforeLeaving(isSending: boolean): void {
  useEffect(() => {
    if (!isSending) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isSending]);
}
