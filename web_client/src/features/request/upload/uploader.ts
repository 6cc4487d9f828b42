/** Runs a `Queue`: reads, sends and attaches files, and goes on while the doctor turns to another page. */

import { attachStudy } from '../../../api/consults';
import { StoreRefused, storeInstance } from '../../../api/dicomStore';
import { asProblem, LINE_DOWN } from '../../../api/problem';
import { isDicom } from './files';
import { EMPTY_QUEUE, type Queue, type QueueEffect, type QueueEvent, step } from './queue';

const REST_MS = [0, 1_000, 3_000, 7_000, 15_000, 30_000] as const;

export class Uploader {
  private queue: Queue = EMPTY_QUEUE;
  private readonly files = new Map<string, File>();
  private readonly aborts = new Map<string, AbortController>();
  private readonly listeners = new Set<() => void>();
  private readonly onAttached: (consultId: string) => void;

  constructor(onAttached: (consultId: string) => void) {
    this.onAttached = onAttached;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Queue => this.queue;

  add(files: readonly File[]): void {
    const named = files.map((file) => ({
      id: crypto.randomUUID(),
      name: file.name,
      sizeBytes: file.size,
      file,
    }));
    for (const { id, file } of named) this.files.set(id, file);
    this.dispatch({
      type: 'added',
      files: named.map(({ id, name, sizeBytes }) => ({ id, name, sizeBytes })),
    });
  }

  dispatch(event: QueueEvent): void {
    const [next, effects] = step(this.queue, event);
    this.queue = next;
    for (const listener of this.listeners) listener();
    for (const effect of effects) this.run(effect);
  }

  /** Resolves as soon as the queue is as wanted. */
  async until(isReached: (queue: Queue) => boolean): Promise<Queue> {
    if (isReached(this.queue)) return this.queue;
    return new Promise((resolve) => {
      const stop = this.subscribe(() => {
        if (!isReached(this.queue)) return;
        stop();
        resolve(this.queue);
      });
    });
  }

  private run(effect: QueueEffect): void {
    switch (effect.type) {
      case 'look_at':
        void this.lookAt(effect.id);
        break;
      case 'send':
        void this.send(effect.id);
        break;
      case 'abort':
        this.aborts.get(effect.id)?.abort();
        break;
      case 'rest':
        window.setTimeout(
          () => this.dispatch({ type: 'rested', id: effect.id }),
          REST_MS[effect.attempt] ?? 30_000,
        );
        break;
      case 'attach':
        void this.attach(effect.consultId, effect.studyUid, effect.mismatchConfirmed);
        break;
    }
  }

  private async lookAt(id: string): Promise<void> {
    const file = this.files.get(id);
    if (!file) return;
    const isImage = await isDicom(file).catch(() => false);
    this.dispatch({ type: 'looked_at', id, code: isImage ? null : 'upload/not-dicom' });
  }

  private async send(id: string): Promise<void> {
    const file = this.files.get(id);
    if (!file) return;
    const abort = new AbortController();
    this.aborts.set(id, abort);
    try {
      const progress = (sentBytes: number) => this.dispatch({ type: 'progress', id, sentBytes });
      const { studyUid } = await storeInstance(file, progress, abort.signal);
      this.dispatch({ type: 'stored', id, studyUid });
    } catch (error) {
      if (!abort.signal.aborted) this.dispatch(failureOf(id, error));
    } finally {
      this.aborts.delete(id);
    }
  }

  private async attach(consultId: string, studyUid: string, mismatchConfirmed: boolean): Promise<void> {
    try {
      await attachStudy(consultId, studyUid, mismatchConfirmed);
      this.dispatch({ type: 'attached', studyUid });
      this.onAttached(consultId);
    } catch (error) {
      const { code } = asProblem(error);
      if (code === 'study/patient-differs') this.dispatch({ type: 'patient_differs', studyUid });
      else this.dispatch({ type: 'attach_failed', studyUid, code });
    }
  }
}

function failureOf(id: string, error: unknown): QueueEvent {
  if (error instanceof StoreRefused) return { type: 'refused', id, code: error.code };
  const problem = asProblem(error);
  if (problem.code === LINE_DOWN || problem.status === 503)
    return { type: 'line_dropped', id, code: problem.code };
  return { type: 'refused', id, code: problem.code };
}
