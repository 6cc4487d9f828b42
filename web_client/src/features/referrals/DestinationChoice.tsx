import { useTranslation } from 'react-i18next';
import { useBeds } from '../../api/beds';
import { useInstitutions } from '../../api/directory';
import type { BedPool, Referral } from '../../api/types';
import { Fetched } from '../../parts/Fetched';
import { ChoiceCards } from '../../ui/ChoiceCards';
import { useBedNote } from './useBedNote';

export interface Destination {
  readonly departmentId: string;
  readonly institutionId: string;
}

interface Props {
  readonly direction: Referral['direction'];
  readonly chosen: string | null;
  readonly onChoose: (destination: Destination) => void;
}

/** The departments a patient can be sent to: those of hospitals on the way up, of health centres on the way down. */
export function DestinationChoice({ direction, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const institutions = useInstitutions();
  const beds = useBeds();
  const note = useBedNote();
  const poolOf = (departmentId: string): BedPool | undefined =>
    beds.data?.find((pool) => pool.department_id === departmentId);
  return (
    <Fetched query={institutions}>
      {(known) =>
        known
          .filter(
            ({ kind, departments }) =>
              (direction === 'up') === (kind === 'county_hospital') && departments.length > 0,
          )
          .map((institution) => (
            <ChoiceCards
              key={institution.id}
              legend={`${t('referral.department')} — ${institution.name}`}
              value={chosen}
              onChoose={(departmentId) => onChoose({ departmentId, institutionId: institution.id })}
              options={institution.departments.map(({ id, name }) => ({
                value: id,
                title: name,
                ...(direction === 'up' ? { note: note(poolOf(id)) } : {}),
              }))}
            />
          ))
      }
    </Fetched>
  );
}
