import { describe, expect, test } from 'vitest';
import { readStoreResponse, StoreRefused } from './dicomStore';

function refusal(reason: number, sequence = '00081198'): string {
  try {
    readStoreResponse({
      [sequence]: { vr: 'SQ', Value: [{ '00081197': { vr: 'US', Value: [reason] } }] },
    });
  } catch (error) {
    if (error instanceof StoreRefused) return error.code;
  }
  return 'taken';
}

describe('the answer to a stored file', () => {
  test('names the study it went to', () => {
    const url = 'http://localhost/dicomweb/studies/1.2.840.1/series/1.2/instances/1.3';
    const answer = { '00081199': { vr: 'SQ', Value: [{ '00081190': { vr: 'UR', Value: [url] } }] } };
    expect(readStoreResponse(answer)).toEqual({ studyUid: '1.2.840.1' });
  });

  test.each([
    [0x0111, 'upload/same-uid-other-bytes'],
    [0x0124, 'upload/not-authorised'],
    [0xa700, 'upload/too-large'],
    [0xa900, 'upload/mismatch'],
    [0xc000, 'upload/damaged'],
    [0x0110, 'upload/refused'],
  ])('with the failure reason %i is put into words', (reason, code) => {
    expect(refusal(reason)).toBe(code);
  });

  test('that cannot even tell the UIDs is put into words too', () => {
    expect(refusal(0xc000, '0008119A')).toBe('upload/damaged');
  });

  test('that names no study is a refusal, not a success', () => {
    expect(() => readStoreResponse({})).toThrow(StoreRefused);
  });
});
