import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, http } from './client';
import type { paths } from './generated/http';
import { asProblem } from './problem';
import type { Consult, ConsultDraft, ReportContent } from './types';

type EventBody =
  paths['/api/consults/{consult_id}/events']['post']['requestBody']['content']['application/json'];

/** An event without the version: the mutation adds the one on the screen. */
export type ConsultAction = EventBody extends infer Body
  ? Body extends { version: number }
    ? Omit<Body, 'version'>
    : never
  : never;

const oneKey = (consultId: string) => ['consults', 'one', consultId] as const;

export function useConsults(view: 'mine' | 'worklist') {
  return useQuery({
    queryKey: ['consults', view],
    queryFn: () => answered(http.GET('/api/consults', { params: { query: { view } } })),
    refetchInterval: 30_000,
  });
}

export function useConsult(consultId: string) {
  return useQuery({
    queryKey: oneKey(consultId),
    queryFn: () =>
      answered(http.GET('/api/consults/{consult_id}', { params: { path: { consult_id: consultId } } })),
    refetchInterval: 30_000,
  });
}

export function draftConsult(draft: ConsultDraft, key: string): Promise<Consult> {
  return answered(
    http.POST('/api/consults', { body: draft, params: { header: { 'Idempotency-Key': key } } }),
  );
}

export function sendConsultEvent(
  consult: Pick<Consult, 'id' | 'version'>,
  action: ConsultAction,
  key: string,
): Promise<Consult> {
  return answered(
    http.POST('/api/consults/{consult_id}/events', {
      params: { path: { consult_id: consult.id }, header: { 'Idempotency-Key': key } },
      body: { ...action, version: consult.version } as EventBody,
    }),
  );
}

export function attachStudy(consultId: string, studyUid: string, mismatchConfirmed: boolean) {
  return answered(
    http.POST('/api/consults/{consult_id}/studies', {
      params: { path: { consult_id: consultId } },
      body: { study_uid: studyUid, patient_mismatch_confirmed: mismatchConfirmed },
    }),
  );
}

export function refreshConsult(cache: QueryClient, consultId: string): Promise<void> {
  return cache.invalidateQueries({ queryKey: oneKey(consultId) });
}

export function keepConsult(cache: QueryClient, consult: Consult): void {
  cache.setQueryData(oneKey(consult.id), consult);
  void cache.invalidateQueries({ queryKey: ['consults', 'mine'] });
  void cache.invalidateQueries({ queryKey: ['consults', 'worklist'] });
}

interface Acting {
  readonly action: ConsultAction;
  readonly key: string;
}

/** One event on one consult. The caller makes the key, once per intention. */
export function useConsultAction(consult: Pick<Consult, 'id' | 'version'>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ action, key }: Acting) => sendConsultEvent(consult, action, key),
    onSuccess: (changed) => keepConsult(cache, changed),
    onError: (error) => {
      if (asProblem(error).status === 409) void refreshConsult(cache, consult.id);
    },
  });
}

export function fetchReportDraft(consultId: string) {
  return answered(
    http.GET('/api/consults/{consult_id}/report-draft', { params: { path: { consult_id: consultId } } }),
  );
}

export function useReportDraft(consultId: string) {
  return useQuery({
    queryKey: ['report-draft', consultId],
    queryFn: () => fetchReportDraft(consultId),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function saveReportDraft(consultId: string, content: ReportContent, version: number | null) {
  return answered(
    http.PUT('/api/consults/{consult_id}/report-draft', {
      params: { path: { consult_id: consultId } },
      body: { ...content, version },
    }),
  );
}

export function fetchRoomTicket(consultId: string) {
  return answered(
    http.POST('/api/consults/{consult_id}/room-ticket', { params: { path: { consult_id: consultId } } }),
  );
}

/** Changes a consult that was drafted and not yet submitted. */
export function changeDraft(consult: Pick<Consult, 'id' | 'version'>, draft: ConsultDraft): Promise<Consult> {
  const { department_id, urgency, mode, question, complaint, vitals } = draft;
  return answered(
    http.PATCH('/api/consults/{consult_id}', {
      params: { path: { consult_id: consult.id } },
      body: { version: consult.version, department_id, urgency, mode, question, complaint, vitals },
    }),
  );
}
