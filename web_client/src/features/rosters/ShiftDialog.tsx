import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddShift } from '../../api/rosters';
import type { RosterWeek, Tier } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';
import { tierName, useDayName } from './tiers';
import { dateOf, spanOn } from './week';

const PRESETS = {
  day: { from: '08:00', to: '17:30' },
  night: { from: '17:30', to: '08:00' },
  whole: { from: '08:00', to: '08:00' },
} as const;

interface Props {
  readonly week: RosterWeek;
  readonly tier: Tier;
  readonly day: number;
  readonly onClose: () => void;
}

/** Puts somebody on the roster of one day. */
export function ShiftDialog({ week, tier, day, onClose }: Props) {
  const { t } = useTranslation();
  const dayName = useDayName();
  const add = useAddShift();
  const [person, setPerson] = useState(week.candidates[0]?.person_id ?? '');
  const [times, setTimes] = useState<{ from: string; to: string }>(PRESETS.day);
  const span = spanOn(week.starts_at, day, times.from, times.to);
  const send = () => {
    if (!span || person === '') return;
    const body = { department_id: week.department.id, person_id: person, tier, ...span };
    add.mutate(body, { onSuccess: onClose });
  };
  return (
    <Modal
      open
      title={t('rosters.addTo', {
        tier: t(`rosters.tier.${tierName(tier)}`),
        day: dayName(dateOf(week.monday, day)),
      })}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !span || person === '', loading: add.isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="stack">
        <Field label={t('rosters.person')} isRequired>
          {(props) => <PersonSelect {...props} week={week} value={person} onChange={setPerson} />}
        </Field>
        <div className="row wrap">
          {(Object.keys(PRESETS) as (keyof typeof PRESETS)[]).map((preset) => (
            <Button key={preset} onClick={() => setTimes(PRESETS[preset])}>
              {t(`rosters.preset.${preset}`)}
            </Button>
          ))}
        </div>
        <div className="row wrap">
          {(['from', 'to'] as const).map((end) => (
            <Field key={end} label={t(`rosters.${end}`)} isRequired>
              {(props) => (
                <Input
                  {...props}
                  type="time"
                  value={times[end]}
                  onChange={(event) => setTimes((before) => ({ ...before, [end]: event.target.value }))}
                />
              )}
            </Field>
          ))}
        </div>
        {times.to !== '' && times.to <= times.from && (
          <p className="quiet">{t('rosters.untilNextDay', { time: times.to })}</p>
        )}
        <ProblemNotice error={add.error} />
      </div>
    </Modal>
  );
}

interface SelectProps {
  readonly id?: string;
  readonly week: RosterWeek;
  readonly value: string;
  readonly onChange: (personId: string) => void;
}

function PersonSelect({ week, value, onChange, ...props }: SelectProps) {
  const { t } = useTranslation();
  return (
    <select {...props} value={value} onChange={(event) => onChange(event.target.value)}>
      {week.candidates.map(({ person_id, name, in_department, credential_fault }) => (
        <option key={person_id} value={person_id}>
          {in_department ? name : t('rosters.otherDepartments', { name })}
          {credential_fault && ` — ${t(`rosters.fault.${credential_fault}`)}`}
        </option>
      ))}
    </select>
  );
}
