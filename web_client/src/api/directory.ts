import { useQuery } from '@tanstack/react-query';
import { answered, http } from './client';

export function useInstitutions() {
  return useQuery({
    queryKey: ['institutions'],
    queryFn: () => answered(http.GET('/api/institutions')),
    staleTime: 30_000,
  });
}
