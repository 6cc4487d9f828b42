import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndRole, useGiveRole, usePlaces } from '../../api/people';
import type { InstitutionDetails, PersonDetails, PersonMembership } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { AskDialog } from './AskDialog';
import { useRoleText } from './PeoplePage';
import { firstRole, RoleFields } from './RoleFields';

interface PersonProps {
  readonly person: PersonDetails;
}

interface AddProps extends PersonProps {
  readonly places: readonly InstitutionDetails[];
  readonly onClose: () => void;
}

function AddDialog({ person, places, onClose }: AddProps) {
  const { t } = useTranslation();
  const give = useGiveRole(person.person_id);
  const [role, setRole] = useState(firstRole(places));
  return (
    <Modal
      open
      width={760}
      title={`${t('people.roles.add')} — ${person.name}`}
      okText={t('people.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: give.isPending }}
      onOk={() => give.mutate(role, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <div className="stack">
        <RoleFields places={places} value={role} onChange={setRole} />
        <ProblemNotice error={give.error} />
      </div>
    </Modal>
  );
}

interface EndProps extends PersonProps {
  readonly membership: PersonMembership;
  readonly onClose: () => void;
}

function EndDialog({ person, membership, onClose }: EndProps) {
  const { t } = useTranslation();
  const end = useEndRole(person.person_id);
  const roleText = useRoleText();
  return (
    <AskDialog
      title={t('people.roles.endAsk')}
      hint={`${roleText(membership)}。${t('people.roles.endHint')}`}
      isDanger
      isPending={end.isPending}
      error={end.error}
      onYes={() => end.mutate(membership.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

/** What somebody is where, and was. */
export function Roles({ person }: PersonProps) {
  const { t } = useTranslation();
  const roleText = useRoleText();
  const { data: places = [] } = usePlaces();
  const [isAdding, setAdding] = useState(false);
  const [ending, setEnding] = useState<PersonMembership | null>(null);
  const isMine = (id: string) => places.some((place) => place.id === id);
  return (
    <section className="card stack">
      <h2>{t('people.roles.title')}</h2>
      <ul className="lines">
        {person.memberships.map((membership) => (
          <li key={membership.id} className="row between wrap">
            <span className={membership.ended_at ? 'quiet' : ''}>
              {roleText(membership)}
              {membership.ended_at &&
                ` — ${t('people.roles.ended', { date: membership.ended_at.slice(0, 10) })}`}
            </span>
            {!membership.ended_at && isMine(membership.institution_id) && (
              <Button onClick={() => setEnding(membership)}>{t('people.roles.end')}</Button>
            )}
          </li>
        ))}
      </ul>
      <div>
        <Button disabled={places.length === 0} onClick={() => setAdding(true)}>
          {t('people.roles.add')}
        </Button>
      </div>
      {isAdding && <AddDialog person={person} places={places} onClose={() => setAdding(false)} />}
      {ending && <EndDialog person={person} membership={ending} onClose={() => setEnding(null)} />}
    </section>
  );
}
