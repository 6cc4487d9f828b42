import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RosterWeek, Shift, Tier } from '../../api/types';
import { today } from '../../ui/clock';
import { RemoveDialog } from './RemoveDialog';
import { ShiftDialog } from './ShiftDialog';
import { TIERS, tierName, useDayName } from './tiers';
import { DAYS, dateOf, withinDay } from './week';

interface TurnProps {
  readonly shift: Shift;
  readonly part: { from: string; to: string };
  readonly onRemove: (() => void) | null;
}

function Turn({ shift, part, onRemove }: TurnProps) {
  const { t } = useTranslation();
  const fault = shift.is_disabled
    ? t('rosters.disabled')
    : shift.credential_fault && t(`rosters.fault.${shift.credential_fault}`);
  return (
    <div className={fault ? 'turn unfit' : 'turn'} title={fault ? t('rosters.faultHint') : undefined}>
      <span>
        <strong>{shift.person.name}</strong>
        <span className="block">
          {part.from}–{part.to}
        </span>
        {fault && <span className="block">{fault}</span>}
      </span>
      {onRemove && (
        <button
          type="button"
          className="plain"
          aria-label={t('rosters.remove', { name: shift.person.name, ...part })}
          onClick={onRemove}
        >
          ×
        </button>
      )}
    </div>
  );
}

interface CellProps {
  readonly week: RosterWeek;
  readonly tier: Tier;
  readonly day: number;
  readonly onAdd: () => void;
  readonly onRemove: (shift: Shift) => void;
}

function Cell({ week, tier, day, onAdd, onRemove }: CellProps) {
  const { t } = useTranslation();
  const dayName = useDayName();
  const date = dateOf(week.monday, day);
  const parts = <Span extends { tier: Tier; starts_at: string; ends_at: string }>(spans: readonly Span[]) =>
    spans.flatMap((span) => {
      const part = span.tier === tier ? withinDay(week.starts_at, span, day) : null;
      return part ? [{ span, part }] : [];
    });
  const isFilled = tier === 0 && week.directors_by_role.length > 0;
  return (
    <td className={date === today() ? 'today' : ''} data-testid={`cell-${tier}-${day}`}>
      {parts(week.shifts).map(({ span, part }) => (
        <Turn key={span.id} shift={span} part={part} onRemove={week.may_edit ? () => onRemove(span) : null} />
      ))}
      {parts(week.gaps).map(({ part }) => (
        <div key={part.from} className={isFilled ? 'gap filled' : 'gap'}>
          {t('rosters.nobody', part)}
        </div>
      ))}
      {week.may_edit && (
        <button
          type="button"
          className="plain add"
          aria-label={t('rosters.addTo', {
            tier: t(`rosters.tier.${tierName(tier)}`),
            day: dayName(date),
          })}
          onClick={onAdd}
        >
          ＋ {t('rosters.add')}
        </button>
      )}
    </td>
  );
}

/** Tiers by days; a shift that goes on past midnight stands in both days. */
export function WeekTable({ week }: { readonly week: RosterWeek }) {
  const { t } = useTranslation();
  const dayName = useDayName();
  const [adding, setAdding] = useState<{ tier: Tier; day: number } | null>(null);
  const [removing, setRemoving] = useState<Shift | null>(null);
  return (
    <div className="card roster-scroll">
      <table className="roster">
        <thead>
          <tr>
            <th scope="col">{t('rosters.title')}</th>
            {DAYS.map((day) => (
              <th key={day} scope="col">
                {dayName(dateOf(week.monday, day))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {TIERS.map((tier) => (
            <tr key={tier}>
              <th scope="row">
                {t(`rosters.tier.${tierName(tier)}`)}
                <span className="quiet block">{t(`rosters.tierHint.${tierName(tier)}`)}</span>
              </th>
              {DAYS.map((day) => (
                <Cell
                  key={day}
                  week={week}
                  tier={tier}
                  day={day}
                  onAdd={() => setAdding({ tier, day })}
                  onRemove={setRemoving}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {adding && <ShiftDialog week={week} {...adding} onClose={() => setAdding(null)} />}
      {removing && <RemoveDialog shift={removing} onClose={() => setRemoving(null)} />}
    </div>
  );
}
