import { describe, expect, test } from 'vitest';
import { checkResidentId, maskedResidentId } from './residentId';

const TODAY = '2026-11-22';

describe('a resident ID', () => {
  test('that is right gives birth date and sex', () => {
    expect(checkResidentId('360426199101010071', TODAY)).toEqual({
      kind: 'valid',
      birthDate: '1991-01-01',
      sex: 'male',
    });
  });

  test('with another last digit has a wrong checksum', () => {
    expect(checkResidentId('360426199101010072', TODAY)).toEqual({ kind: 'faulty', fault: 'checksum' });
  });

  test('in the middle of typing says how much is missing', () => {
    expect(checkResidentId('360426 1991', TODAY)).toEqual({ kind: 'incomplete', missing: 8 });
  });

  test('with a letter inside is faulty before it is complete', () => {
    expect(checkResidentId('36042O', TODAY)).toEqual({ kind: 'faulty', fault: 'characters' });
  });

  test('with nineteen characters is too long', () => {
    expect(checkResidentId('3604261991010100711', TODAY)).toEqual({ kind: 'faulty', fault: 'length' });
  });

  test.each(['360426199102300070', '360426209901010071', '360426170001010071'])(
    'with the birth date of %s is faulty',
    (id) => {
      expect(checkResidentId(id, TODAY)).toEqual({ kind: 'faulty', fault: 'birth-date' });
    },
  );

  test('takes a small x for the check character', () => {
    expect(checkResidentId('11010519491231002x', TODAY)).toMatchObject({ kind: 'valid', sex: 'female' });
  });
});

test('a masked number keeps neither year nor day of birth', () => {
  expect(maskedResidentId('360426199101010071')).toBe('360426********0071');
});
