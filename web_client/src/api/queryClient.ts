import { QueryClient } from '@tanstack/react-query';
import { ApiProblem, LINE_DOWN } from './problem';

/** A dropped line is tried again; an answer of the server is an answer. */
function worthRetrying(failures: number, error: Error): boolean {
  return failures < 3 && error instanceof ApiProblem && (error.code === LINE_DOWN || error.status === 503);
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: worthRetrying, staleTime: 5_000, refetchOnWindowFocus: true, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
