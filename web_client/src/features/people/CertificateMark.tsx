import { useTranslation } from 'react-i18next';
import type { PersonDetails, PersonRow } from '../../api/types';

type Marked = Pick<PersonRow, 'is_disabled' | 'credential_fault' | 'expires_on' | 'expires_soon'>;

/** Whether somebody could accept and sign today, at a glance. */
export function CertificateMark({ person }: { readonly person: Marked }) {
  const { t } = useTranslation();
  if (person.is_disabled) return <span className="mark bad">{t('people.disabled')}</span>;
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
    expires_on: days.at(-1) ?? null,
    expires_soon: person.credentials.every(({ expires_soon }) => expires_soon),
  };
}
