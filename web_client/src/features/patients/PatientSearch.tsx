import { Input } from 'antd';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePatientSearch } from '../../api/patients';
import type { Patient } from '../../api/types';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { PatientLine } from '../../parts/Tags';
import { maskedResidentId } from './residentId';

interface Props {
  readonly onChoose: (patient: Patient) => void;
  readonly onRegister?: (typed: string) => void;
  /** What else there is to do when nobody is found. */
  readonly whenNone?: (typed: string) => ReactNode;
}

function useMarked(count: number, onEnter: (index: number) => void) {
  const [marked, setMarked] = useState(0);
  const current = Math.min(marked, Math.max(0, count - 1));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setMarked(Math.min(current + 1, count - 1));
    else if (event.key === 'ArrowUp') setMarked(Math.max(current - 1, 0));
    else if (event.key === 'Enter' && count > 0) onEnter(current);
    else return;
    event.preventDefault();
  };
  return { current, onKeyDown };
}

/** Finds a patient by name, pinyin, phone or resident ID; arrows and Enter choose. */
export function PatientSearch({ onChoose, onRegister, whenNone }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState('');
  const query = usePatientSearch(useDeferredValue(typed));
  const found = query.data ?? [];
  const choose = (index: number) => {
    const patient = found[index];
    if (patient) onChoose(patient);
  };
  const { current, onKeyDown } = useMarked(found.length, choose);
  return (
    <div className="patient-search">
      <Input
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found[current] ? `${id}-${found[current].id}` : undefined}
        aria-label={t('patients.search')}
        placeholder={t('patients.searchHint')}
        autoFocus
        allowClear
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Fetched query={query}>
        {(patients) =>
          patients.length === 0 ? (
            <EmptyState
              title={t('patients.none')}
              hint={onRegister && t('patients.noneHint')}
              action={whenNone?.(typed)}
            />
          ) : (
            <div className="options" role="listbox" id={`${id}-list`} aria-label={t('patients.found')}>
              {patients.map((patient, index) => (
                <div
                  key={patient.id}
                  id={`${id}-${patient.id}`}
                  role="option"
                  tabIndex={-1}
                  className="option"
                  aria-selected={index === current}
                  data-testid="patient-option"
                  onClick={() => onChoose(patient)}
                  onKeyDown={(event) => event.key === 'Enter' && onChoose(patient)}
                >
                  <PatientLine patient={patient} />
                  <span className="quiet">
                    {patient.resident_id && maskedResidentId(patient.resident_id)}
                  </span>
                </div>
              ))}
            </div>
          )
        }
      </Fetched>
      {onRegister && (
        <button type="button" className="plain wide" onClick={() => onRegister(typed)}>
          ＋ {t('patients.register')}
        </button>
      )}
    </div>
  );
}
