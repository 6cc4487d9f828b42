/** The one HTTP client: same-origin cookie, problems as exceptions. */

import createClient from 'openapi-fetch';
import type { paths } from './generated/http';
import { lineDown, problemFrom } from './problem';

export const http = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  fetch: async (request) => {
    try {
      return await window.fetch(request);
    } catch {
      throw lineDown();
    }
  },
});

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** Unwraps an answer of `http`: the data, or an `ApiProblem`. */
export async function answered<Data>(pending: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await pending;
  if (!response.ok) throw problemFrom(response.status, error);
  return data as Data;
}

/** A key for one intended change: the same key sent twice changes once. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}
