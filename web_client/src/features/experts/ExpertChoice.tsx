import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useExperts } from '../../api/invitations';
import type { Expert } from '../../api/types';
import { Fetched } from '../../parts/Fetched';
import { ChoiceCards } from '../../ui/ChoiceCards';
import { Field } from '../../ui/Field';

interface Props {
  readonly chosen: string | null;
  readonly onChoose: (personId: string) => void;
  readonly isOffered: (expert: Expert) => boolean;
}

/** The county's experts, those on duty first, by name or department. */
export function ExpertChoice({ chosen, onChoose, isOffered }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const query = useExperts();
  const isFound = (expert: Expert) =>
    isOffered(expert) &&
    `${expert.name}${expert.department_name ?? ''}${expert.institution_name}`.includes(search.trim());
  const note = ({ department_name, institution_name, on_duty }: Expert) =>
    `${department_name ?? institution_name}${on_duty ? ` · ${t('experts.onDuty')}` : ''}`;
  return (
    <>
      <Field label={t('experts.search')}>
        {(props) => (
          <Input {...props} autoFocus value={search} onChange={(event) => setSearch(event.target.value)} />
        )}
      </Field>
      <Fetched query={query}>
        {(experts) =>
          experts.some(isFound) ? (
            <ChoiceCards
              legend={t('experts.expert')}
              value={chosen}
              onChoose={onChoose}
              options={experts
                .filter(isFound)
                .map((expert) => ({ value: expert.person_id, title: expert.name, note: note(expert) }))}
            />
          ) : (
            <p className="quiet">{t('experts.nobody')}</p>
          )
        }
      </Fetched>
    </>
  );
}
