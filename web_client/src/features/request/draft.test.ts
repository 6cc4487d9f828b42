import { expect, test } from 'vitest';
import { BLANK, missing, toDraft, vitalFault } from './draft';

const FILLED = {
  ...BLANK,
  departmentId: 'd1',
  question: ' 有无气胸？ ',
  vitals: { pulse_bpm: '96', temperature_c: '38.5' },
};

test('an empty request says what it lacks', () => {
  expect(missing(BLANK, null)).toEqual(['patient', 'department', 'question']);
});

test('a filled request carries only what was measured', () => {
  expect(toDraft(FILLED, 'p1')).toMatchObject({
    question: '有无气胸？',
    complaint: null,
    vitals: { pulse_bpm: 96, temperature_c: 38.5 },
  });
});

test('a saturation of 970 holds the request back', () => {
  expect(vitalFault('spo2_percent', '970')).toMatchObject({ min: 0, max: 100 });
  expect(toDraft({ ...FILLED, vitals: { spo2_percent: '970' } }, 'p1')).toBeNull();
});

test('a pulse of 96.5 is no pulse', () => {
  expect(vitalFault('pulse_bpm', '96.5')).not.toBeNull();
});
