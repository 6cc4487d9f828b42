/**
 * The upload queue of one consult: which file is sent when, and what became of it. Pure.
 *
 * A file is looked at, sent, stored, and its study attached to the consult as soon as there is one.
 */

type Upload =
  | { readonly phase: 'looking' }
  | { readonly phase: 'waiting'; readonly attempt: number }
  | { readonly phase: 'sending'; readonly sentBytes: number; readonly attempt: number }
  | { readonly phase: 'resting'; readonly attempt: number }
  | { readonly phase: 'stored'; readonly studyUid: string }
  | { readonly phase: 'failed'; readonly code: string; readonly canRetry: boolean };

export interface UploadItem {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly upload: Upload;
}

export type Attachment =
  | { readonly phase: 'pending' }
  | { readonly phase: 'attaching'; readonly mismatchConfirmed: boolean }
  | { readonly phase: 'attached' }
  /** The name or the number on the images is not the patient's: somebody has to look. */
  | { readonly phase: 'differs' }
  | { readonly phase: 'refused' }
  | { readonly phase: 'failed'; readonly code: string };

export interface Queue {
  readonly consultId: string | null;
  readonly items: readonly UploadItem[];
  readonly attachments: Readonly<Record<string, Attachment>>;
}

export type QueueEvent =
  | { readonly type: 'added'; readonly files: readonly Pick<UploadItem, 'id' | 'name' | 'sizeBytes'>[] }
  | { readonly type: 'looked_at'; readonly id: string; readonly code: string | null }
  | { readonly type: 'progress'; readonly id: string; readonly sentBytes: number }
  | { readonly type: 'stored'; readonly id: string; readonly studyUid: string }
  | { readonly type: 'refused'; readonly id: string; readonly code: string }
  | { readonly type: 'line_dropped'; readonly id: string; readonly code: string }
  | { readonly type: 'rested'; readonly id: string }
  | { readonly type: 'retried'; readonly id: string }
  | { readonly type: 'removed'; readonly id: string }
  | { readonly type: 'consult_known'; readonly consultId: string }
  | { readonly type: 'attached'; readonly studyUid: string }
  | { readonly type: 'patient_differs'; readonly studyUid: string }
  | { readonly type: 'mismatch_answered'; readonly studyUid: string; readonly isSamePatient: boolean }
  | { readonly type: 'attach_failed'; readonly studyUid: string; readonly code: string }
  | { readonly type: 'attach_retried'; readonly studyUid: string };

export type QueueEffect =
  | { readonly type: 'look_at'; readonly id: string }
  | { readonly type: 'send'; readonly id: string }
  | { readonly type: 'abort'; readonly id: string }
  | { readonly type: 'rest'; readonly id: string; readonly attempt: number }
  | {
      readonly type: 'attach';
      readonly consultId: string;
      readonly studyUid: string;
      readonly mismatchConfirmed: boolean;
    };

type Step = readonly [Queue, readonly QueueEffect[]];

export const EMPTY_QUEUE: Queue = { consultId: null, items: [], attachments: {} };

/** Two at once fill a thin line without starving either. */
const AT_ONCE = 2;
const MAX_ATTEMPTS = 6;

export function step(queue: Queue, event: QueueEvent): Step {
  switch (event.type) {
    case 'added':
      return onAdded(queue, event.files);
    case 'looked_at':
      if (event.code === null) return sendNext(changed(queue, event.id, { phase: 'waiting', attempt: 0 }));
      return sendNext(changed(queue, event.id, { phase: 'failed', code: event.code, canRetry: false }));
    case 'progress':
      return [progressed(queue, event.id, event.sentBytes), []];
    case 'stored':
      return onStored(queue, event.id, event.studyUid);
    case 'refused':
      return sendNext(changed(queue, event.id, { phase: 'failed', code: event.code, canRetry: true }));
    case 'line_dropped':
      return onLineDropped(queue, event.id, event.code);
    case 'rested':
    case 'retried':
      return sendNext(queued(queue, event.id));
    case 'removed':
      return onRemoved(queue, event.id);
    case 'consult_known':
      return attachPending({ ...queue, consultId: event.consultId });
    default:
      return onAttachment(queue, event);
  }
}

function changed(queue: Queue, id: string, upload: Upload): Queue {
  return { ...queue, items: queue.items.map((item) => (item.id === id ? { ...item, upload } : item)) };
}

function found(queue: Queue, id: string): UploadItem | undefined {
  return queue.items.find((item) => item.id === id);
}

function onAdded(queue: Queue, files: readonly Pick<UploadItem, 'id' | 'name' | 'sizeBytes'>[]): Step {
  const isKnown = (file: { name: string; sizeBytes: number }) =>
    queue.items.some(
      ({ name, sizeBytes, upload }) =>
        name === file.name && sizeBytes === file.sizeBytes && upload.phase !== 'failed',
    );
  const fresh = files.filter((file) => !isKnown(file));
  const items = fresh.map((file): UploadItem => ({ ...file, upload: { phase: 'looking' } }));
  return [{ ...queue, items: [...queue.items, ...items] }, fresh.map(({ id }) => ({ type: 'look_at', id }))];
}

function sendNext(queue: Queue): Step {
  let next = queue;
  const effects: QueueEffect[] = [];
  let sending = queue.items.filter(({ upload }) => upload.phase === 'sending').length;
  for (const { id, upload } of queue.items) {
    if (sending >= AT_ONCE) break;
    if (upload.phase !== 'waiting') continue;
    next = changed(next, id, { phase: 'sending', sentBytes: 0, attempt: upload.attempt });
    effects.push({ type: 'send', id });
    sending += 1;
  }
  return [next, effects];
}

function progressed(queue: Queue, id: string, sentBytes: number): Queue {
  const upload = found(queue, id)?.upload;
  return upload?.phase === 'sending' ? changed(queue, id, { ...upload, sentBytes }) : queue;
}

function onStored(queue: Queue, id: string, studyUid: string): Step {
  if (!found(queue, id)) return [queue, []];
  const stored = changed(queue, id, { phase: 'stored', studyUid });
  const attachments = {
    ...stored.attachments,
    [studyUid]: stored.attachments[studyUid] ?? { phase: 'pending' },
  };
  const [attaching, attachEffects] = attachPending({ ...stored, attachments } as Queue);
  const [next, effects] = sendNext(attaching);
  return [next, [...attachEffects, ...effects]];
}

function onLineDropped(queue: Queue, id: string, code: string): Step {
  const upload = found(queue, id)?.upload;
  if (upload?.phase !== 'sending') return [queue, []];
  const attempt = upload.attempt + 1;
  if (attempt >= MAX_ATTEMPTS) return sendNext(changed(queue, id, { phase: 'failed', code, canRetry: true }));
  return [changed(queue, id, { phase: 'resting', attempt }), [{ type: 'rest', id, attempt }]];
}

/** Back into the line; one that rested keeps count of its tries, one that a person sends again starts over. */
function queued(queue: Queue, id: string): Queue {
  const upload = found(queue, id)?.upload;
  if (upload?.phase === 'resting') return changed(queue, id, { phase: 'waiting', attempt: upload.attempt });
  if (upload?.phase === 'failed') return changed(queue, id, { phase: 'waiting', attempt: 0 });
  return queue;
}

function onRemoved(queue: Queue, id: string): Step {
  const upload = found(queue, id)?.upload;
  const [next, effects] = sendNext({ ...queue, items: queue.items.filter((item) => item.id !== id) });
  return [next, upload?.phase === 'sending' ? [{ type: 'abort', id }, ...effects] : effects];
}

function attachPending(queue: Queue): Step {
  const { consultId } = queue;
  if (consultId === null) return [queue, []];
  const pending = Object.entries(queue.attachments).filter(([, { phase }]) => phase === 'pending');
  const attaching = pending.map(([uid]) => [uid, { phase: 'attaching', mismatchConfirmed: false }] as const);
  return [
    { ...queue, attachments: { ...queue.attachments, ...Object.fromEntries(attaching) } },
    pending.map(([studyUid]) => ({ type: 'attach', consultId, studyUid, mismatchConfirmed: false })),
  ];
}

type AttachmentEvent = Extract<QueueEvent, { readonly studyUid: string; readonly id?: never }>;

function withAttachment(queue: Queue, studyUid: string, attachment: Attachment): Queue {
  return { ...queue, attachments: { ...queue.attachments, [studyUid]: attachment } };
}

function attachAgain(queue: Queue, studyUid: string, mismatchConfirmed: boolean): Step {
  const { consultId } = queue;
  if (consultId === null) return [queue, []];
  return [
    withAttachment(queue, studyUid, { phase: 'attaching', mismatchConfirmed }),
    [{ type: 'attach', consultId, studyUid, mismatchConfirmed }],
  ];
}

function onAttachment(queue: Queue, event: AttachmentEvent): Step {
  const { studyUid } = event;
  switch (event.type) {
    case 'attached':
      return [withAttachment(queue, studyUid, { phase: 'attached' }), []];
    case 'patient_differs':
      return [withAttachment(queue, studyUid, { phase: 'differs' }), []];
    case 'attach_failed':
      return [withAttachment(queue, studyUid, { phase: 'failed', code: event.code }), []];
    case 'attach_retried':
      return attachAgain(queue, studyUid, false);
    case 'mismatch_answered':
      if (event.isSamePatient) return attachAgain(queue, studyUid, true);
      return [withAttachment(queue, studyUid, { phase: 'refused' }), []];
  }
}

export interface QueueSummary {
  readonly unfinished: number;
  readonly failed: number;
  readonly stored: number;
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export function summary(queue: Queue): QueueSummary {
  const live = queue.items.filter(({ upload }) => upload.phase !== 'failed');
  const sent = (item: UploadItem) => {
    if (item.upload.phase === 'stored') return item.sizeBytes;
    return item.upload.phase === 'sending' ? item.upload.sentBytes : 0;
  };
  return {
    unfinished: live.filter(({ upload }) => upload.phase !== 'stored').length,
    failed: queue.items.length - live.length,
    stored: live.filter(({ upload }) => upload.phase === 'stored').length,
    sentBytes: live.reduce((sum, item) => sum + sent(item), 0),
    totalBytes: live.reduce((sum, item) => sum + item.sizeBytes, 0),
  };
}

/** Studies that wait for somebody to say whether they are this patient's. */
export function differing(queue: Queue): string[] {
  return Object.entries(queue.attachments)
    .filter(([, { phase }]) => phase === 'differs')
    .map(([studyUid]) => studyUid);
}

/** Whether every stored study has been attached, refused or given up. */
export function isSettled(queue: Queue): boolean {
  return Object.values(queue.attachments).every(({ phase }) => phase !== 'pending' && phase !== 'attaching');
}
