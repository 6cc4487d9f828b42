import { useTranslation } from 'react-i18next';
import type { ConsultState, Patient, PatientSummary, Urgency } from '../api/types';
import { today } from '../ui/clock';
import { ageOn } from '../ui/dates';

export function UrgencyTag({ urgency }: { readonly urgency: Urgency }) {
  const { t } = useTranslation();
  return <span className={`tag urgency-${urgency}`}>{t(`ui.urgency.${urgency}`)}</span>;
}

export function StateTag({ state }: { readonly state: ConsultState }) {
  const { t } = useTranslation();
  return (
    <span className={`tag state state-${state}`} data-state={state}>
      {t(`ui.state.${state}`)}
    </span>
  );
}

/** 王秀英 女 52 岁 */
export function PatientLine({ patient }: { readonly patient: PatientSummary | Patient }) {
  const { t } = useTranslation();
  return (
    <span className="patient-line">
      <strong>{patient.name}</strong> <span>{t(`ui.sex.${patient.sex}`)}</span>{' '}
      {patient.birth_date && <span>{t('ui.years', { age: ageOn(patient.birth_date, today()) })}</span>}
    </span>
  );
}
