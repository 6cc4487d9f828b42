import {
  type QueryClient,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { answered, http } from './client';
import { ApiProblem } from './problem';
import type { Me, Membership } from './types';

const ME = ['session'] as const;

async function fetchMe(): Promise<Me | null> {
  try {
    return await answered(http.GET('/api/session'));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}

/** Who is logged in; null when nobody is. */
export function useMe(): UseQueryResult<Me | null> {
  return useQuery({ queryKey: ME, queryFn: fetchMe, staleTime: 60_000 });
}

/** From here on another person, or another role, looks: nothing that was fetched before may stay. */
function become(cache: QueryClient, me: Me | null): void {
  cache.setQueryData(ME, me);
  cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] });
}

export function useLogin() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (login: { username: string; password: string }) =>
      answered(http.POST('/api/session', { body: login })),
    onSuccess: (me: Me) => {
      become(cache, me);
    },
  });
}

export function useLogout() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => answered(http.DELETE('/api/session')),
    onSuccess: () => {
      become(cache, null);
    },
  });
}

export function useChooseMembership() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (membershipId: string) =>
      answered(http.PUT('/api/session/membership', { body: { membership_id: membershipId } })),
    onSuccess: (me: Me) => {
      become(cache, me);
    },
  });
}

export function activeMembership(me: Me): Membership | undefined {
  return me.memberships.find((membership) => membership.id === me.active_membership_id) ?? me.memberships[0];
}
