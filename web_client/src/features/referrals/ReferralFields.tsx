import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { ChoiceCards } from '../../ui/ChoiceCards';
import { Field } from '../../ui/Field';
import { DestinationChoice } from './DestinationChoice';
import type { ReferralFormModel } from './useReferralForm';

const PRIORITIES = ['green', 'urgent', 'elective'] as const;

const TEXTS = {
  up: [
    ['reason', 2_000, 2],
    ['summary', 20_000, 4],
  ],
  down: [
    ['reason', 2_000, 2],
    ['summary', 20_000, 4],
    ['instructions', 20_000, 3],
    ['rehabilitation', 20_000, 3],
  ],
} as const;

/** Where to, how soon, why, and who answers for the patient here. */
export function ReferralFields({ model }: { readonly model: ReferralFormModel }) {
  const { t } = useTranslation();
  const { direction, form, change, sending } = model;
  return (
    <div className="stack">
      <ChoiceCards
        legend={t('referral.priority')}
        value={form.priority}
        onChoose={(priority) => change({ priority })}
        options={PRIORITIES.map((value) => ({
          value,
          title: t(`referral.priorities.${value}`),
          note: t(direction === 'up' ? `referral.priorityHint.${value}` : 'referral.priorityHint.elective'),
          tone: `priority-${value}`,
        }))}
      />
      <DestinationChoice
        direction={direction}
        chosen={form.destination?.departmentId ?? null}
        onChoose={(destination) => change({ destination })}
      />
      {TEXTS[direction].map(([part, maxLength, rows]) => (
        <Field key={part} label={t(`referral.${part}`)} isRequired={part !== 'rehabilitation'}>
          {(field) => (
            <Input.TextArea
              {...field}
              rows={rows}
              maxLength={maxLength}
              value={form[part]}
              onChange={(typed) => change({ [part]: typed.target.value })}
            />
          )}
        </Field>
      ))}
      {(['contactName', 'contactPhone'] as const).map((part) => (
        <Field
          key={part}
          label={t(`referral.ownContact.${part === 'contactName' ? 'name' : 'phone'}`)}
          note={part === 'contactName' ? t('referral.ownContact.note') : ''}
        >
          {(field) => (
            <Input
              {...field}
              inputMode={part === 'contactPhone' ? 'tel' : 'text'}
              maxLength={part === 'contactPhone' ? 40 : 100}
              value={form[part]}
              onChange={(typed) => change({ [part]: typed.target.value })}
            />
          )}
        </Field>
      ))}
      <ProblemNotice error={sending.error} />
    </div>
  );
}
