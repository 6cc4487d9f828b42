import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, http, idempotencyKey } from './client';
import type { DeadLetter, DeadLetterState, Mismatch, SubscriberName } from './types';

const KEY = 'write-back';
const ASK_AGAIN_MS = 20_000;

/** Where every subscriber of the clinic's events stands; also what the shell counts. */
export function useWriteBack() {
  return useQuery({
    queryKey: [KEY],
    queryFn: () => answered(http.GET('/api/write-back')),
    refetchInterval: ASK_AGAIN_MS,
  });
}

export function useDeadLetters(subscriber: SubscriberName, state: DeadLetterState) {
  return useQuery({
    queryKey: [KEY, subscriber, state],
    queryFn: () =>
      answered(
        http.GET('/api/write-back/{subscriber}/dead-letters', {
          params: { path: { subscriber }, query: { state } },
        }),
      ),
    refetchInterval: ASK_AGAIN_MS,
  });
}

export function useDeadLetter({ subscriber, event_id }: Letter) {
  return useQuery({
    queryKey: [KEY, subscriber, 'letter', event_id],
    queryFn: () =>
      answered(
        http.GET('/api/write-back/{subscriber}/dead-letters/{event_id}', {
          params: { path: { subscriber, event_id } },
        }),
      ),
  });
}

type Letter = Pick<DeadLetter, 'subscriber' | 'event_id'>;

function useRepair<Input>(repair: (input: Input) => Promise<unknown>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: repair,
    onSettled: () => cache.invalidateQueries({ queryKey: [KEY] }),
  });
}

const header = () => ({ 'Idempotency-Key': idempotencyKey() });

export function useRetryLetter() {
  return useRepair(({ letter, overwrite }: { letter: Letter; overwrite: boolean }) =>
    answered(
      http.POST('/api/write-back/{subscriber}/dead-letters/{event_id}/retry', {
        params: { path: { subscriber: letter.subscriber, event_id: letter.event_id }, header: header() },
        body: { overwrite },
      }),
    ),
  );
}

export function useRetryLetters() {
  return useRepair((subscriber: SubscriberName) =>
    answered(
      http.POST('/api/write-back/{subscriber}/dead-letters/retry', {
        params: { path: { subscriber }, header: header() },
        body: {},
      }),
    ),
  );
}

export function useSetLetterAside() {
  return useRepair(({ letter, reason }: { letter: Letter; reason: string }) =>
    answered(
      http.POST('/api/write-back/{subscriber}/dead-letters/{event_id}/set-aside', {
        params: { path: { subscriber: letter.subscriber, event_id: letter.event_id }, header: header() },
        body: { reason },
      }),
    ),
  );
}

export function useMismatches(subscriber: SubscriberName) {
  return useQuery({
    queryKey: [KEY, subscriber, 'mismatches'],
    queryFn: () =>
      answered(http.GET('/api/write-back/{subscriber}/mismatches', { params: { path: { subscriber } } })),
    refetchInterval: 5_000,
  });
}

export function useReconcile() {
  return useRepair((subscriber: SubscriberName) =>
    answered(
      http.POST('/api/write-back/{subscriber}/reconciliations', {
        params: { path: { subscriber }, header: header() },
        body: {},
      }),
    ),
  );
}

type ResourceId = Pick<Mismatch, 'resource_type' | 'resource_id'>;

interface Resending {
  readonly subscriber: SubscriberName;
  /** Null for all. */
  readonly resources: readonly ResourceId[] | null;
}

export function useResend() {
  return useRepair(({ subscriber, resources }: Resending) =>
    answered(
      http.POST('/api/write-back/{subscriber}/mismatches/resend', {
        params: { path: { subscriber }, header: header() },
        body: {
          resources:
            resources?.map(({ resource_type, resource_id }) => ({ resource_type, resource_id })) ?? null,
        },
      }),
    ),
  );
}
