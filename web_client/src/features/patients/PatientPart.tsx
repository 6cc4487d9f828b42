import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Patient } from '../../api/types';
import { PatientLine } from '../../parts/Tags';
import { PatientRegistration } from './PatientRegistration';
import { PatientSearch } from './PatientSearch';
import { maskedResidentId } from './residentId';

interface Props {
  readonly patient: Patient | null;
  readonly onChoose: (patient: Patient | null) => void;
}

/** Find, register or change the patient of a request. */
export function PatientPart({ patient, onChoose }: Props) {
  const { t } = useTranslation();
  const [registering, setRegistering] = useState<string | null>(null);
  const chosen = (found: Patient) => {
    setRegistering(null);
    onChoose(found);
  };
  if (patient) {
    return (
      <div className="row between" data-testid="chosen-patient">
        <div>
          <h2>{t('patients.chosen')}</h2>
          <PatientLine patient={patient} />{' '}
          <span className="quiet">{patient.resident_id && maskedResidentId(patient.resident_id)}</span>
        </div>
        <span className="row">
          <Link to={`/patients/${patient.id}`} target="_blank">
            {t('patients.record')}
          </Link>
          <Button onClick={() => onChoose(null)}>{t('patients.change')}</Button>
        </span>
      </div>
    );
  }
  return (
    <>
      <h2>{t('patients.chosen')}</h2>
      {registering === null ? (
        <PatientSearch onChoose={chosen} onRegister={setRegistering} />
      ) : (
        <PatientRegistration
          typed={registering}
          onRegistered={chosen}
          onCancel={() => setRegistering(null)}
        />
      )}
    </>
  );
}
