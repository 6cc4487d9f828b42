import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useInstitutions } from '../../api/directory';
import { useRosterWeek } from '../../api/rosters';
import { activeMembership, useMe } from '../../api/session';
import type { Institution, Membership } from '../../api/types';
import '../../locales/later';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { today } from '../../ui/clock';
import { CopyWeek } from './CopyWeek';
import { Cover } from './Cover';
import './rosters.css';
import { WeekTable } from './WeekTable';
import { dateOf } from './week';

interface WeekProps {
  readonly departmentId: string;
  readonly day: string;
  readonly onMove: (day: string) => void;
}

function Week({ departmentId, day, onMove }: WeekProps) {
  const { t } = useTranslation();
  const query = useRosterWeek(departmentId, day);
  return (
    <Fetched query={query}>
      {(week) => (
        <>
          <div className="row wrap">
            <Button onClick={() => onMove(dateOf(week.monday, -7))}>{t('rosters.previous')}</Button>
            <strong>{t('rosters.week', { from: week.monday, to: dateOf(week.monday, 6) })}</strong>
            <Button onClick={() => onMove(dateOf(week.monday, 7))}>{t('rosters.next')}</Button>
            <Button onClick={() => onMove(today())}>{t('rosters.thisWeek')}</Button>
          </div>
          <Cover week={week} />
          <WeekTable key={week.monday} week={week} />
          {week.may_edit && <CopyWeek key={`copy ${week.monday}`} week={week} />}
        </>
      )}
    </Fetched>
  );
}

function firstDepartment(institutions: readonly Institution[], own: Membership | undefined): string | null {
  const home = institutions.find(({ id }) => id === own?.institution_id);
  const found = home?.departments.length
    ? home
    : institutions.find(({ departments }) => departments.length > 0);
  return own?.department_id ?? found?.departments[0]?.id ?? null;
}

interface ChoiceProps {
  readonly institutions: readonly Institution[];
  readonly chosen: string;
  readonly onChoose: (departmentId: string) => void;
}

function DepartmentSelect({ institutions, chosen, onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  return (
    <select
      aria-label={t('rosters.department')}
      value={chosen}
      onChange={(event) => onChoose(event.target.value)}
    >
      {institutions
        .filter(({ departments }) => departments.length > 0)
        .map(({ id, name, departments }) => (
          <optgroup key={id} label={name}>
            {departments.map((department) => (
              <option key={department.id} value={department.id}>
                {department.name}
              </option>
            ))}
          </optgroup>
        ))}
    </select>
  );
}

/** A department's week: who is rung in which tier, and when nobody is. */
export default function RosterPage() {
  const { t } = useTranslation();
  const query = useInstitutions();
  const { data: me } = useMe();
  const [parameters, setParameters] = useSearchParams();
  const [day, setDay] = useState(today());
  return (
    <>
      <div className="row between wrap">
        <h1>{t('rosters.title')}</h1>
        <Link to="/rosters/mine">{t('rosters.mine')}</Link>
      </div>
      <Fetched query={query}>
        {(institutions) => {
          const own = me ? activeMembership(me) : undefined;
          const chosen = parameters.get('department') ?? firstDepartment(institutions, own);
          if (chosen === null) return <EmptyState title={t('rosters.noDepartments')} />;
          return (
            <>
              <DepartmentSelect
                institutions={institutions}
                chosen={chosen}
                onChoose={(department) => setParameters({ department }, { replace: true })}
              />
              <Week departmentId={chosen} day={day} onMove={setDay} />
            </>
          );
        }}
      </Fetched>
    </>
  );
}
