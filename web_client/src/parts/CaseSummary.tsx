import { useTranslation } from 'react-i18next';
import type { Consult, Vitals } from '../api/types';
import { PatientLine, UrgencyTag } from './Tags';

function VitalList({ vitals }: { readonly vitals: Vitals }) {
  const { t } = useTranslation();
  const { temperature_c, pulse_bpm, respiration_per_min, systolic_mmhg, diastolic_mmhg, spo2_percent } =
    vitals;
  const hasPressure = systolic_mmhg != null || diastolic_mmhg != null;
  const shown = [
    ['T', temperature_c, '°C'],
    ['P', pulse_bpm, '/min'],
    ['R', respiration_per_min, '/min'],
    ['BP', hasPressure ? `${systolic_mmhg ?? '—'}/${diastolic_mmhg ?? '—'}` : null, 'mmHg'],
    ['SpO₂', spo2_percent, '%'],
  ] as const;
  return (
    <ul className="vital-list" aria-label={t('request.vitals')}>
      {shown.map(
        ([name, value, unit]) =>
          value != null && (
            <li key={name}>
              <span className="quiet">{name}</span> <strong>{value}</strong>{' '}
              <span className="quiet">{unit}</span>
            </li>
          ),
      )}
    </ul>
  );
}

/** The question first, then the patient and what was measured. */
export function CaseSummary({ consult }: { readonly consult: Consult }) {
  const { t } = useTranslation();
  const { requester } = consult;
  return (
    <section className="case" aria-label={t('consult.case')}>
      <p className="case-question">
        <UrgencyTag urgency={consult.urgency} /> {consult.question}
      </p>
      <PatientLine patient={consult.patient} />
      {consult.complaint && <p className="case-complaint">{consult.complaint}</p>}
      {consult.vitals && <VitalList vitals={consult.vitals} />}
      <p className="quiet">
        {t('consult.from', { name: requester.name, institution: requester.institution_name })}
      </p>
    </section>
  );
}
