/** Sends one DICOM file by STOW-RS (DICOM PS3.18 §10.5) with progress, and reads the answer. */

import { type ApiProblem, lineDown, problemFrom, UNREADABLE } from './problem';

export interface Stored {
  readonly studyUid: string;
}

export class StoreRefused extends Error {
  /** Code of our own locales, from the failure reason of PS3.18 Annex I. */
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

type DicomJson = Record<string, { vr: string; Value?: unknown[] } | undefined>;

const REFERENCED_SOP_SEQUENCE = '00081199';
const FAILED_SOP_SEQUENCE = '00081198';
/** Failures of what couldn't even be told by its UIDs. */
const OTHER_FAILURES_SEQUENCE = '0008119A';
const FAILURE_REASON = '00081197';
const RETRIEVE_URL = '00081190';

/** The server's own code, in a private element beside the failure reason. */
const PROBLEM_CODE = '00091001';

const PROBLEM_CODES: Readonly<Record<string, string>> = {
  'dicom/not-dicom': 'upload/not-dicom',
  'dicom/truncated': 'upload/damaged',
  'dicom/malformed': 'upload/damaged',
  'dicom/too-large': 'upload/too-large',
  'dicom/media-directory': 'upload/unsupported-kind',
  'instance/differs': 'upload/same-uid-other-bytes',
  'instance/belongs-elsewhere': 'upload/not-authorised',
};

/** Failure reasons of PS3.18 §I.2.2 and PS3.4 §B.2.3 that a doctor can act upon. */
const REASON_CODES: Readonly<Record<number, string>> = {
  42752: 'upload/too-large',
  273: 'upload/same-uid-other-bytes',
  290: 'upload/unsupported-kind',
  292: 'upload/not-authorised',
  49442: 'upload/unsupported-kind',
};

function isWithin(value: number, first: number, last: number): boolean {
  return value >= first && value <= last;
}

function refusalCode(reason: number): string {
  const known = REASON_CODES[reason];
  if (known) return known;
  if (isWithin(reason, 0xc000, 0xcfff)) return 'upload/damaged';
  if (isWithin(reason, 0xa900, 0xa9ff)) return 'upload/mismatch';
  return 'upload/refused';
}

function sequence(body: DicomJson, tag: string): DicomJson[] {
  return (body[tag]?.Value ?? []) as DicomJson[];
}

function firstValue(item: DicomJson | undefined, tag: string): unknown {
  return item?.[tag]?.Value?.[0];
}

/** Reads a Store Instances Response (PS3.18 §10.5.3); throws `StoreRefused`. */
export function readStoreResponse(body: DicomJson): Stored {
  const [failed] = [...sequence(body, FAILED_SOP_SEQUENCE), ...sequence(body, OTHER_FAILURES_SEQUENCE)];
  if (failed) {
    const said = PROBLEM_CODES[String(firstValue(failed, PROBLEM_CODE))];
    throw new StoreRefused(said ?? refusalCode(Number(firstValue(failed, FAILURE_REASON) ?? 0)));
  }
  const [stored] = sequence(body, REFERENCED_SOP_SEQUENCE);
  const address = String(firstValue(stored, RETRIEVE_URL) ?? firstValue(body, RETRIEVE_URL) ?? '');
  const studyUid = /\/studies\/([0-9.]+)/.exec(address)?.[1];
  if (!studyUid) throw new StoreRefused('upload/refused');
  return { studyUid };
}

function multipart(file: Blob, boundary: string): Blob {
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  return new Blob([head, file, `\r\n--${boundary}--\r\n`]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function settle(request: XMLHttpRequest): Stored {
  const body = parsed(request.responseText);
  const hasReasons =
    typeof body === 'object' &&
    body !== null &&
    (FAILED_SOP_SEQUENCE in body || OTHER_FAILURES_SEQUENCE in body);
  if (request.status === 200 || request.status === 202 || hasReasons) {
    if (typeof body !== 'object' || body === null) throw new StoreRefused('upload/refused');
    return readStoreResponse(body as DicomJson);
  }
  const problem: ApiProblem = problemFrom(request.status, body);
  if (problem.code === UNREADABLE && request.status >= 502) throw lineDown();
  throw problem;
}

/** Uploads the file. Rejects with `StoreRefused` (the file is at fault) or `ApiProblem` (the line, the login). */
export function storeInstance(
  file: Blob,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<Stored> {
  const boundary = `lianzhen-${crypto.randomUUID()}`;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/dicomweb/studies');
    request.setRequestHeader(
      'Content-Type',
      `multipart/related; type="application/dicom"; boundary=${boundary}`,
    );
    request.setRequestHeader('Accept', 'application/dicom+json');
    request.upload.onprogress = (event) => onProgress(Math.min(event.loaded, file.size));
    request.onerror = () => reject(lineDown());
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    request.onload = () => {
      try {
        resolve(settle(request));
      } catch (error) {
        reject(error);
      }
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(multipart(file, boundary));
  });
}
