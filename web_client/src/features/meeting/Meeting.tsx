import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idempotencyKey } from '../../api/client';
import { type ConsultAction, useConsultAction } from '../../api/consults';
import type { Consult } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { dateAndTime } from '../../ui/dates';
import { ProposeDialog } from './ProposeDialog';

interface Props {
  readonly consult: Consult;
  readonly send: (action: ConsultAction) => void;
}

/** What each side has proposed; the other side agrees with one touch. */
function Slots({ consult, send }: Props) {
  const { t, i18n } = useTranslation();
  const mySide = consult.my_roles.includes('requester') ? 'requester' : 'specialist';
  const mayAgree = consult.available_events.includes('schedule');
  if (consult.slots.length === 0) return <p className="quiet">{t('meeting.noSlots')}</p>;
  return (
    <ul className="slots">
      {consult.slots.map(({ at, minutes, side, proposed_by }) => (
        <li key={`${side} ${at}`} className="row wrap" data-testid="slot">
          <strong>{dateAndTime(at, i18n.language)}</strong>
          <span>{t('meeting.minutes', { minutes })}</span>
          <span className="quiet">{t('meeting.proposedBy', { name: proposed_by.name })}</span>
          {mayAgree && side !== mySide && (
            <Button type="primary" onClick={() => send({ event: 'schedule', at })}>
              {t('meeting.agree')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Absent({ consult, send }: Props) {
  const { t } = useTranslation();
  if (!consult.available_events.includes('no_show')) return null;
  const other = consult.my_roles.includes('requester') ? 'specialist' : 'requester';
  return (
    <Button onClick={() => send({ event: 'no_show', side: other })}>{t(`meeting.absent.${other}`)}</Button>
  );
}

/** Finding a time: what is agreed, what is proposed, and what to do when a side didn't come. */
export function Meeting({ consult }: { readonly consult: Consult }) {
  const { t, i18n } = useTranslation();
  const action = useConsultAction(consult);
  const [isProposing, setIsProposing] = useState(false);
  const mayPropose = consult.available_events.includes('propose');
  if (!mayPropose) return null;
  const send = (next: ConsultAction) => action.mutate({ action: next, key: idempotencyKey() });
  const { scheduled_for, scheduled_minutes, state } = consult;
  return (
    <section className="card stack" aria-label={t('meeting.title')}>
      <h2>{t('meeting.title')}</h2>
      {scheduled_for && (
        <p className={state === 'no_show' ? 'callout' : 'good'} data-testid="agreed-time">
          {t(state === 'no_show' ? 'meeting.missed' : 'meeting.agreed', {
            time: dateAndTime(scheduled_for, i18n.language),
            minutes: scheduled_minutes ?? 0,
          })}
        </p>
      )}
      <Slots consult={consult} send={send} />
      <ProblemNotice error={action.error} onClose={() => action.reset()} />
      <div className="row wrap">
        <Button onClick={() => setIsProposing(true)}>{t('meeting.propose')}</Button>
        <Absent consult={consult} send={send} />
      </div>
      {isProposing && <ProposeDialog consult={consult} onClose={() => setIsProposing(false)} />}
    </section>
  );
}
