import { useEffect, useState, useSyncExternalStore } from 'react';
import { RoomStore, type Stay } from './roomStore';

/** The stay in a consult's room; leaving the page leaves the room. */
export function useRoom(consultId: string): { readonly store: RoomStore; readonly stay: Stay } {
  const [store] = useState(() => new RoomStore(consultId));
  const stay = useSyncExternalStore(store.subscribe, store.snapshot);
  useEffect(() => () => store.leave(), [store]);
  return { store, stay };
}
