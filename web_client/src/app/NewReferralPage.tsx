import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { usePatient } from '../api/patients';
import type { Patient } from '../api/types';
import { PatientPart } from '../features/patients/PatientPart';
import { ReferralForm } from '../features/referrals/ReferralForm';

/** A new referral; `?patient=` takes one along from the record page. */
export default function NewReferralPage() {
  const [parameters] = useSearchParams();
  const given = usePatient(parameters.get('patient'));
  const [chosen, setChosen] = useState<Patient | null | undefined>(undefined);
  const patient = chosen === undefined ? (given.data ?? null) : chosen;
  return (
    <ReferralForm patient={patient} patientPart={<PatientPart patient={patient} onChoose={setChosen} />} />
  );
}
