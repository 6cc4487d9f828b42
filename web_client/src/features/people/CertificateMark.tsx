import { useTranslation } from 'react-i18next';
import type { PersonDetails, PersonRow, Role } from '../../api/types';

type Marked = Pick<
  PersonRow,
  'is_disabled' | 'credential_fault' | 'expires_on' | 'expires_soon' | 'memberships'
>;

/** Who accepts, signs or prescribes; the others work without a certificate. */
const NEEDING: readonly Role[] = ['township_doctor', 'village_doctor', 'specialist', 'director'];

/** Whether somebody could accept and sign today, at a glance. */
export function CertificateMark({ person }: { readonly person: Marked }) {
  const { t } = useTranslation();
  if (person.is_disabled) return <span className="mark bad">{t('people.disabled')}</span>;
  const isNeeded = person.memberships.some(({ role, ended_at }) => !ended_at && NEEDING.includes(role));
  if (person.credential_fault === 'missing' && !isNeeded)
    return <span className="quiet">{t('people.fault.missing')}</span>;
  if (person.credential_fault)
    return <span className="mark bad">{t(`people.fault.${person.credential_fault}`)}</span>;
  const date = person.expires_on ?? '';
  if (person.expires_soon) return <span className="mark warn">{t('people.soon', { date })}</span>;
  return <span className="mark">{t('people.valid', { date })}</span>;
}

export function markOf(person: PersonDetails): Marked {
  const days = person.credentials.map(({ expires_on }) => expires_on).sort();
  return {
    is_disabled: person.disabled_at !== null,
    credential_fault: person.credential_fault,
    memberships: person.memberships,
    expires_on: days.at(-1) ?? null,
    expires_soon: person.credentials.every(({ expires_soon }) => expires_soon),
  };
}
