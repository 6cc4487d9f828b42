import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useCopyWeek } from '../../api/rosters';
import type { RosterCopied, RosterWeek } from '../../api/types';
import { ProblemNotice, useProblemText } from '../../parts/ProblemNotice';
import { dateAndTime } from '../../ui/dates';
import { dateOf } from './week';

function Outcome({ copied }: { readonly copied: RosterCopied }) {
  const { t, i18n } = useTranslation();
  const text = useProblemText();
  return (
    <div className="card good" role="status">
      <p>{t('rosters.copied', { count: copied.copied })}</p>
      {copied.left_out.length > 0 && (
        <>
          <p>{t('rosters.leftOut')}</p>
          <ul>
            {copied.left_out.map(({ person, starts_at, tier, reason }) => (
              <li key={`${person.person_id} ${starts_at} ${tier}`}>
                {person.name} {dateAndTime(starts_at, i18n.language)} — {text(reason).what}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** Repeats the week before in this one, and says what couldn't be. */
export function CopyWeek({ week }: { readonly week: RosterWeek }) {
  const { t } = useTranslation();
  const copy = useCopyWeek();
  const body = {
    department_id: week.department.id,
    from_week: dateOf(week.monday, -7),
    to_week: week.monday,
  };
  return (
    <div className="stack">
      <div>
        <Button loading={copy.isPending} onClick={() => copy.mutate(body)}>
          {t('rosters.copy')}
        </Button>
      </div>
      {copy.data && <Outcome copied={copy.data} />}
      <ProblemNotice error={copy.error} />
    </div>
  );
}
