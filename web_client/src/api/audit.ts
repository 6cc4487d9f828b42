import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { answered, http } from './client';

export interface AuditQuestion {
  readonly who: string;
  readonly patient: string;
  readonly what: string;
  readonly institution_id: string;
  /** ISO dates of the county's days; both belong to the answer. */
  readonly since: string;
  readonly until: string;
}

export const ROWS_OF_A_PAGE = 50;
const DAY_MS = 86_400_000;

/** What the server is asked for; empty fields don't narrow the search. */
function parametersOf(question: AuditQuestion) {
  const { since, until, ...rest } = question;
  const given = Object.entries(rest).filter(([, value]) => value.trim() !== '');
  return {
    ...Object.fromEntries(given),
    ...(since && { since: new Date(`${since}T00:00`).toISOString() }),
    ...(until && { until: new Date(new Date(`${until}T00:00`).getTime() + DAY_MS).toISOString() }),
  };
}

export function useAudit(question: AuditQuestion, page: number) {
  return useQuery({
    queryKey: ['audit', question, page],
    queryFn: () =>
      answered(
        http.GET('/api/audit', {
          params: {
            query: { ...parametersOf(question), skip: page * ROWS_OF_A_PAGE, limit: ROWS_OF_A_PAGE },
          },
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

/** Where the same search is a table to save. */
export function auditFile(question: AuditQuestion): string {
  return `/api/audit.csv?${new URLSearchParams(parametersOf(question)).toString()}`;
}

export function useAccessLog(patientId: string) {
  return useQuery({
    queryKey: ['patients', 'access-log', patientId],
    queryFn: () =>
      answered(
        http.GET('/api/patients/{patient_id}/access-log', { params: { path: { patient_id: patientId } } }),
      ),
  });
}

export function useActsBehindGlass(glassId: string) {
  return useQuery({
    queryKey: ['break-glass', 'acts', glassId],
    queryFn: () =>
      answered(http.GET('/api/break-glass/{glass_id}/acts', { params: { path: { glass_id: glassId } } })),
  });
}
