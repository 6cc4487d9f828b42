import { useTranslation } from 'react-i18next';
import { useInstitutions } from '../api/directory';
import type { Institution } from '../api/types';
import { ChoiceCards } from '../ui/ChoiceCards';
import { Fetched } from './Fetched';

interface Props {
  readonly chosen: string | null;
  readonly onChoose: (departmentId: string) => void;
}

function hospitals(institutions: readonly Institution[]): Institution[] {
  return institutions.filter(({ kind, departments }) => kind === 'county_hospital' && departments.length > 0);
}

/** The hospitals' departments, each with who is on duty there now. */
export function DepartmentChoice({ chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const query = useInstitutions();
  return (
    <Fetched query={query}>
      {(institutions) =>
        hospitals(institutions).map(({ id, name, departments }) => (
          <ChoiceCards
            key={id}
            legend={`${t('request.department')} — ${name}`}
            value={chosen}
            onChoose={onChoose}
            options={departments.map((department) => ({
              value: department.id,
              title: department.name,
              note:
                department.on_duty.length > 0
                  ? t('request.onDuty', { names: department.on_duty.map((person) => person.name).join('、') })
                  : t('request.nobodyOnDuty'),
            }))}
          />
        ))
      }
    </Fetched>
  );
}
