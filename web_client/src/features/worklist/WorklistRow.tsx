import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsultSummary } from '../../api/types';
import { PatientLine, StateTag, UrgencyTag } from '../../parts/Tags';
import { Countdown } from '../../ui/Countdown';

interface Props {
  readonly consult: ConsultSummary;
  readonly isMarked: boolean;
  readonly onMark: () => void;
}

function useInView(isMarked: boolean) {
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isMarked) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isMarked]);
  return row;
}

export function WorklistRow({ consult, isMarked, onMark }: Props) {
  const { t } = useTranslation();
  const row = useInView(isMarked);
  const due = consult.deadlines.breach_at ?? consult.deadlines.report_due_at;
  return (
    <li>
      <button
        ref={row}
        type="button"
        className={`worklist-row ${isMarked ? 'marked' : ''} ${consult.rings_me ? 'ringing' : ''}`}
        aria-current={isMarked}
        data-testid="worklist-row"
        data-consult={consult.id}
        onClick={onMark}
      >
        <span className="row between">
          <span>
            <UrgencyTag urgency={consult.urgency} /> <PatientLine patient={consult.patient} />
          </span>
          {due ? <Countdown until={due} /> : <span className="quiet">{t('worklist.noDeadline')}</span>}
        </span>
        <span className="question">{consult.question}</span>
        <span className="row between quiet">
          <span>{consult.requester.institution_name}</span>
          {consult.rings_me ? (
            <span className="rings">
              {t(consult.my_invitation === 'invited' ? 'worklist.invitesMe' : 'worklist.ringsMe')}
            </span>
          ) : (
            <StateTag state={consult.state} />
          )}
        </span>
      </button>
    </li>
  );
}
