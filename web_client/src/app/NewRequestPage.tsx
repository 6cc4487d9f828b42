import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { usePatient } from '../api/patients';
import type { Patient } from '../api/types';
import { PatientPart } from '../features/patients/PatientPart';
import { RequestForm } from '../features/request/RequestForm';

/** A new request; `?patient=` takes one along from the record page. */
export default function NewRequestPage() {
  const [parameters] = useSearchParams();
  const given = usePatient(parameters.get('patient'));
  const [chosen, setChosen] = useState<Patient | null | undefined>(undefined);
  const patient = chosen === undefined ? (given.data ?? null) : chosen;
  return (
    <RequestForm patient={patient} patientPart={<PatientPart patient={patient} onChoose={setChosen} />} />
  );
}
