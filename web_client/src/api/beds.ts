import { useQuery } from '@tanstack/react-query';
import { answered, http } from './client';

export function useBeds() {
  return useQuery({
    queryKey: ['beds'],
    queryFn: () => answered(http.GET('/api/beds')),
    refetchInterval: 60_000,
  });
}
