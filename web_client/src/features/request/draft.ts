/** What the doctor fills in, and what is still missing before it may go. Pure. */

import type { ConsultDraft, Urgency, Vitals } from '../../api/types';

export type VitalName = keyof Vitals;

export interface RequestForm {
  readonly departmentId: string | null;
  readonly urgency: Urgency;
  readonly mode: ConsultDraft['mode'];
  readonly question: string;
  readonly complaint: string;
  /** As typed. */
  readonly vitals: Readonly<Partial<Record<VitalName, string>>>;
}

export const BLANK: RequestForm = {
  departmentId: null,
  urgency: 'urgent',
  mode: 'live',
  question: '',
  complaint: '',
  vitals: {},
};

/** What can be measured, in the order it is read out; bounds as the server has them. */
export const VITALS: readonly { readonly name: VitalName; readonly min: number; readonly max: number }[] = [
  { name: 'temperature_c', min: 20, max: 46 },
  { name: 'pulse_bpm', min: 0, max: 350 },
  { name: 'respiration_per_min', min: 0, max: 150 },
  { name: 'systolic_mmhg', min: 0, max: 350 },
  { name: 'diastolic_mmhg', min: 0, max: 250 },
  { name: 'spo2_percent', min: 0, max: 100 },
];

export type Missing = 'patient' | 'department' | 'question' | 'vitals';

export function vitalFault(
  name: VitalName,
  typed: string,
): { readonly min: number; readonly max: number } | null {
  const bounds = VITALS.find((vital) => vital.name === name);
  if (!bounds || typed.trim() === '') return null;
  const value = Number(typed);
  const isWhole = name === 'temperature_c' || Number.isInteger(value);
  return isWhole && value >= bounds.min && value <= bounds.max ? null : bounds;
}

export function missing(form: RequestForm, patientId: string | null): Missing[] {
  const absent: Missing[] = [];
  if (patientId === null) absent.push('patient');
  if (form.departmentId === null) absent.push('department');
  if (form.question.trim() === '') absent.push('question');
  if (VITALS.some(({ name }) => vitalFault(name, form.vitals[name] ?? '') !== null)) absent.push('vitals');
  return absent;
}

/** The request as the server takes it; null while something is missing. */
export function toDraft(form: RequestForm, patientId: string | null): ConsultDraft | null {
  if (patientId === null || form.departmentId === null || missing(form, patientId).length > 0) return null;
  const measured = VITALS.flatMap(({ name }) => {
    const typed = form.vitals[name]?.trim();
    return typed ? [[name, Number(typed)] as const] : [];
  });
  return {
    patient_id: patientId,
    department_id: form.departmentId,
    urgency: form.urgency,
    mode: form.mode,
    question: form.question.trim(),
    complaint: form.complaint.trim() || null,
    vitals: measured.length > 0 ? Object.fromEntries(measured) : null,
  };
}
