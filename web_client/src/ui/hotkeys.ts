/** Keyboard shortcuts: bound by whoever is on the screen, listed by `?`. */

import { useEffect, useRef, useSyncExternalStore } from 'react';

export interface Hotkey {
  /** `k`, `Enter`, `?`, `Ctrl+k`, `Ctrl+Enter`. */
  readonly key: string;
  readonly label: string;
  readonly run: () => void;
  readonly disabled?: boolean;
}

type Layer = { current: readonly Hotkey[] };

let layers: readonly Layer[] = [];
const listeners = new Set<() => void>();

function announce(): void {
  for (const listener of listeners) listener();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function spelled(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `Ctrl+${key}` : key;
}

function isBehindDialog(event: KeyboardEvent): boolean {
  const dialog = document.querySelector('[role="dialog"][aria-modal="true"]');
  return dialog !== null && !(event.target instanceof Node && dialog.contains(event.target));
}

function onKeyDown(event: KeyboardEvent): void {
  // Not `defaultPrevented`: the film's own key listener prevents every key while the film has the focus.
  if (event.isComposing || event.altKey) return;
  const pressed = spelled(event);
  if (!pressed.startsWith('Ctrl+') && isTyping(event.target)) return;
  if (isBehindDialog(event)) return;
  for (const layer of [...layers].reverse()) {
    const hotkey = layer.current.find((candidate) => candidate.key === pressed && !candidate.disabled);
    if (!hotkey) continue;
    event.preventDefault();
    hotkey.run();
    return;
  }
}

/** Binds the keys while the component is mounted; the latest mounted wins. */
export function useHotkeys(hotkeys: readonly Hotkey[]): void {
  const layer = useRef<readonly Hotkey[]>(hotkeys);
  useEffect(() => {
    layer.current = hotkeys;
  });
  useEffect(() => {
    if (layers.length === 0) window.addEventListener('keydown', onKeyDown);
    layers = [...layers, layer];
    announce();
    return () => {
      layers = layers.filter((known) => known !== layer);
      if (layers.length === 0) window.removeEventListener('keydown', onKeyDown);
      announce();
    };
  }, []);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Every key that works now, the most local first. */
export function useActiveHotkeys(): readonly Hotkey[] {
  const active = useSyncExternalStore(subscribe, () => layers);
  return [...active].reverse().flatMap((layer) => layer.current);
}
