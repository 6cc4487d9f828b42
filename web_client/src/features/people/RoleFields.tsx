import { useTranslation } from 'react-i18next';
import type { InstitutionDetails, Role, RoleGiven } from '../../api/types';
import { Field } from '../../ui/Field';

const ROLES: readonly Role[] = [
  'township_doctor',
  'village_doctor',
  'specialist',
  'director',
  'coordinator',
  'emergency_coordinator',
  'bed_office',
  'radiographer',
  'administrator',
  'regulator',
];

export function firstRole(places: readonly InstitutionDetails[]): RoleGiven {
  return { institution_id: places[0]?.id ?? '', department_id: null, role: 'township_doctor' };
}

interface Props {
  readonly places: readonly InstitutionDetails[];
  readonly value: RoleGiven;
  readonly onChange: (role: RoleGiven) => void;
}

/** Institution, department and role. */
export function RoleFields({ places, value, onChange }: Props) {
  const { t } = useTranslation();
  const place = places.find(({ id }) => id === value.institution_id);
  return (
    <div className="pairs">
      <Field label={t('people.institution')} isRequired>
        {(props) => (
          <select
            {...props}
            value={value.institution_id}
            onChange={(event) =>
              onChange({ ...value, institution_id: event.target.value, department_id: null })
            }
          >
            {places.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('people.department')}>
        {(props) => (
          <select
            {...props}
            value={value.department_id ?? ''}
            onChange={(event) => onChange({ ...value, department_id: event.target.value || null })}
          >
            <option value="">{t('people.noDepartment')}</option>
            {place?.departments.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('people.role')} isRequired>
        {(props) => (
          <select
            {...props}
            value={value.role}
            onChange={(event) => onChange({ ...value, role: event.target.value as Role })}
          >
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {t(`shell.role.${role}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}
