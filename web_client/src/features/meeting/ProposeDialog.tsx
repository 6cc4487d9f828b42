import { Input, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idempotencyKey } from '../../api/client';
import { useConsultAction } from '../../api/consults';
import type { Consult } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';
import { localInput, toIso } from '../../ui/localTime';

const IN_AN_HOUR = 60;
const MORE = ['', ''] as const;

interface Props {
  readonly consult: Consult;
  readonly onClose: () => void;
}

/** Up to three times at which one's side could meet. */
export function ProposeDialog({ consult, onClose }: Props) {
  const { t } = useTranslation();
  const [times, setTimes] = useState<readonly string[]>(() => [localInput(IN_AN_HOUR), ...MORE]);
  const [minutes, setMinutes] = useState(30);
  const action = useConsultAction(consult);
  const slots = times.flatMap((time) => toIso(time) ?? []);
  const send = () =>
    action.mutate(
      { action: { event: 'propose', slots, minutes }, key: idempotencyKey() },
      { onSuccess: onClose },
    );
  return (
    <Modal
      open
      title={t('meeting.propose')}
      okText={t('meeting.send')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: slots.length === 0, loading: action.isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="stack">
        <p className="quiet">{t('meeting.hint')}</p>
        {times.map((time, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the places are fixed, only their values change
          <Field key={index} label={t('meeting.time', { number: index + 1 })} isRequired={index === 0}>
            {(props) => (
              <Input
                {...props}
                type="datetime-local"
                value={time}
                onChange={(event) => setTimes(times.with(index, event.target.value))}
              />
            )}
          </Field>
        ))}
        <Field label={t('meeting.length')}>
          {(props) => (
            <InputNumber
              {...props}
              min={5}
              max={240}
              value={minutes}
              onChange={(value) => setMinutes(value ?? 30)}
            />
          )}
        </Field>
        <ProblemNotice error={action.error} />
      </div>
    </Modal>
  );
}
