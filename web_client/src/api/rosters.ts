import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, http, idempotencyKey } from './client';
import type { NewShift, RosterCopy } from './types';

const ROSTERS = ['rosters'] as const;

/** The roster of a department in the week of a day (ISO date). */
export function useRosterWeek(departmentId: string, day: string) {
  return useQuery({
    queryKey: [...ROSTERS, departmentId, day],
    queryFn: () =>
      answered(http.GET('/api/rosters', { params: { query: { department_id: departmentId, week: day } } })),
    refetchInterval: 60_000,
  });
}

export function useMyShifts() {
  return useQuery({
    queryKey: [...ROSTERS, 'mine'],
    queryFn: () => answered(http.GET('/api/rosters/mine')),
  });
}

function useRosterChange<Change, Outcome>(change: (change: Change) => Promise<Outcome>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: async () => {
      await cache.invalidateQueries({ queryKey: ROSTERS });
      await cache.invalidateQueries({ queryKey: ['institutions'] });
    },
  });
}

export function useAddShift() {
  return useRosterChange((body: NewShift) =>
    answered(
      http.POST('/api/rosters/shifts', {
        body,
        params: { header: { 'Idempotency-Key': idempotencyKey() } },
      }),
    ),
  );
}

export function useRemoveShift() {
  return useRosterChange((shiftId: string) =>
    answered(http.DELETE('/api/rosters/shifts/{shift_id}', { params: { path: { shift_id: shiftId } } })),
  );
}

export function useCopyWeek() {
  return useRosterChange((body: RosterCopy) =>
    answered(
      http.POST('/api/rosters/copies', {
        body,
        params: { header: { 'Idempotency-Key': idempotencyKey() } },
      }),
    ),
  );
}
