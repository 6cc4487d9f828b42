/** What can go wrong on the way to the server, told apart by the stable code of RFC 9457 answers. */

export interface ProblemBody {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** Codes of our own for what never reached the server. */
export const LINE_DOWN = 'line/down';
export const UNREADABLE = 'line/unreadable';

export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly parameters: ProblemBody['parameters'];

  constructor(body: ProblemBody) {
    super(`${body.code}: ${body.detail}`);
    this.name = 'ApiProblem';
    this.code = body.code;
    this.status = body.status;
    this.parameters = body.parameters;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function readParameters(value: unknown): Record<string, string | number> {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return Object.fromEntries(entries);
}

/** Reads an answer's body; whatever it is, a problem with a code comes out. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  if (isRecord(body) && typeof body.code === 'string') {
    return new ApiProblem({
      code: body.code,
      status,
      detail: typeof body.detail === 'string' ? body.detail : '',
      parameters: readParameters(body.parameters),
    });
  }
  return new ApiProblem({ code: UNREADABLE, status, detail: `HTTP ${status}`, parameters: {} });
}

export function lineDown(): ApiProblem {
  return new ApiProblem({ code: LINE_DOWN, status: 0, detail: 'no answer', parameters: {} });
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({ code: UNREADABLE, status: 0, detail: String(error), parameters: {} });
}
