import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Consult, Invitation } from '../../api/types';
import { InvitationActions } from './InvitationActions';
import { InviteDialog } from './InviteDialog';

function Invited({ consult, invitation }: { readonly consult: Consult; readonly invitation: Invitation }) {
  const { t } = useTranslation();
  const { expert, state, message, reason, invited_by } = invitation;
  const note = reason ?? message;
  return (
    <li className={`offer invitation ${state}`} data-testid="invitation" data-state={state}>
      <span className="dot" aria-hidden />
      <strong>{expert.name}</strong>
      <span className="quiet">{expert.department_name ?? expert.institution_name}</span>
      <span>{t(`experts.state.${state}`)}</span>
      <span className="quiet">{t('experts.by', { name: invited_by.name })}</span>
      {note && <span className="quiet">“{note}”</span>}
      <InvitationActions consult={consult} invitation={invitation} />
    </li>
  );
}

/** The experts beside the one who answers: who was invited, who takes part, who agrees. */
export function Experts({ consult }: { readonly consult: Consult }) {
  const { t } = useTranslation();
  const [isInviting, setIsInviting] = useState(false);
  const { invitations, may_invite } = consult;
  if (invitations.length === 0 && !may_invite) return null;
  return (
    <section className="card stack" aria-label={t('experts.title')}>
      <div className="row between">
        <h2>{t('experts.title')}</h2>
        {may_invite && <Button onClick={() => setIsInviting(true)}>{t('experts.invite')}</Button>}
      </div>
      {invitations.length === 0 ? (
        <p className="quiet">{t('experts.none')}</p>
      ) : (
        <ul className="offers">
          {invitations.map((invitation) => (
            <Invited key={invitation.id} consult={consult} invitation={invitation} />
          ))}
        </ul>
      )}
      {isInviting && <InviteDialog consult={consult} onClose={() => setIsInviting(false)} />}
    </section>
  );
}
