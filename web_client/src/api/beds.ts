import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, http } from './client';
import type { BedPool } from './types';

export function useBeds() {
  return useQuery({
    queryKey: ['beds'],
    queryFn: () => answered(http.GET('/api/beds')),
    refetchInterval: 60_000,
  });
}

interface Counting {
  readonly pool: Pick<BedPool, 'id' | 'version'>;
  readonly total: number;
  readonly occupied: number;
}

/** The bed office says how many beds there are and how many are taken; the numbers are fresh again. */
export function useCountBeds() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ pool, total, occupied }: Counting) =>
      answered(
        http.PUT('/api/beds/{pool_id}', {
          params: { path: { pool_id: pool.id } },
          body: { version: pool.version, total, occupied },
        }),
      ),
    onSettled: () => cache.invalidateQueries({ queryKey: ['beds'] }),
  });
}
