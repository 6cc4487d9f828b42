/** The resident identity number of GB 11643-1999: 17 digits and a check character (ISO 7064, MOD 11-2). */

type ResidentIdFault = 'length' | 'characters' | 'checksum' | 'birth-date';

export type ResidentId =
  | { readonly kind: 'valid'; readonly birthDate: string; readonly sex: 'male' | 'female' }
  | { readonly kind: 'incomplete'; readonly missing: number }
  | { readonly kind: 'faulty'; readonly fault: ResidentIdFault };

const LENGTH = 18;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';

/** Trims, drops inner spaces, and writes the check character as a capital X. */
export function normalisedResidentId(typed: string): string {
  return typed.replace(/\s/g, '').toUpperCase();
}

function checkCharacter(first17: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(first17[index]), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function birthDateOf(id: string, today: string): string | null {
  const [year, month, day] = [id.slice(6, 10), id.slice(10, 12), id.slice(12, 14)];
  const birthDate = `${year}-${month}-${day}`;
  const lived = isCalendarDate(Number(year), Number(month), Number(day));
  return lived && Number(year) >= 1850 && birthDate <= today ? birthDate : null;
}

/** Checks what has been typed so far. `today` is an ISO date: nobody is born after it. */
export function checkResidentId(typed: string, today: string): ResidentId {
  const id = normalisedResidentId(typed);
  if (!/^\d{0,17}$|^\d{17}[\dX]$/.test(id.slice(0, LENGTH))) return { kind: 'faulty', fault: 'characters' };
  if (id.length > LENGTH) return { kind: 'faulty', fault: 'length' };
  if (id.length < LENGTH) return { kind: 'incomplete', missing: LENGTH - id.length };
  const birthDate = birthDateOf(id, today);
  if (birthDate === null) return { kind: 'faulty', fault: 'birth-date' };
  if (checkCharacter(id.slice(0, 17)) !== id.charAt(17)) return { kind: 'faulty', fault: 'checksum' };
  return { kind: 'valid', birthDate, sex: Number(id.charAt(16)) % 2 === 1 ? 'male' : 'female' };
}

/** What may be shown on a shared screen: 360426********0071. */
export function maskedResidentId(id: string): string {
  return id.length === LENGTH ? `${id.slice(0, 6)}********${id.slice(14)}` : id;
}
