import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { idempotencyKey } from '../../api/client';
import { changeDraft, draftConsult, sendConsultEvent } from '../../api/consults';
import type { Consult, ConsultDraft } from '../../api/types';
import { differing, isSettled } from './upload/queue';
import type { Uploader } from './upload/uploader';
import { keepRunning } from './upload/useUploader';

export type Submission =
  | { readonly phase: 'idle' }
  | { readonly phase: 'drafting' | 'attaching' | 'submitting' }
  | { readonly phase: 'failed'; readonly error: unknown };

interface Drafted {
  readonly consult: Consult;
  readonly draft: ConsultDraft;
  readonly key: string;
}

const isSame = (a: ConsultDraft, b: ConsultDraft) => JSON.stringify(a) === JSON.stringify(b);

/** Sends the request in three steps that can each be repeated without doing anything twice. */
export function useSubmission(uploader: Uploader, onSubmitted: (consult: Consult) => void) {
  const cache = useQueryClient();
  const [submission, setSubmission] = useState<Submission>({ phase: 'idle' });
  const drafted = useRef<Drafted | null>(null);
  const pendingKey = useRef<{ readonly key: string; readonly draft: ConsultDraft } | null>(null);

  async function drawUp(draft: ConsultDraft): Promise<Drafted> {
    const before = drafted.current;
    if (before && isSame(before.draft, draft)) return before;
    if (before && before.draft.patient_id === draft.patient_id) {
      return { ...before, draft, consult: await changeDraft(before.consult, draft) };
    }
    const pending = pendingKey.current;
    const key = pending && isSame(pending.draft, draft) ? pending.key : idempotencyKey();
    pendingKey.current = { key, draft };
    return { consult: await draftConsult(draft, key), draft, key };
  }

  async function send(draft: ConsultDraft): Promise<void> {
    setSubmission({ phase: 'drafting' });
    const drawn = await drawUp(draft);
    drafted.current = drawn;
    setSubmission({ phase: 'attaching' });
    uploader.dispatch({ type: 'consult_known', consultId: drawn.consult.id });
    await uploader.until((queue) => isSettled(queue) && differing(queue).length === 0);
    setSubmission({ phase: 'submitting' });
    const submitted = await sendConsultEvent(drawn.consult, { event: 'submit' }, `${drawn.key}-submit`);
    keepRunning(submitted.id, uploader);
    void cache.invalidateQueries({ queryKey: ['consults'] });
    onSubmitted(submitted);
  }

  const submit = (draft: ConsultDraft) => {
    if (submission.phase !== 'idle' && submission.phase !== 'failed') return;
    send(draft).catch((error: unknown) => setSubmission({ phase: 'failed', error }));
  };
  return { submission, submit };
}
