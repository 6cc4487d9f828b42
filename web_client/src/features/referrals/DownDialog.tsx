import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Referral } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';
import type { StepDialogProps } from './StepDialog';

interface Props extends StepDialogProps {
  readonly referral: Referral;
  readonly event: 'propose_down' | 'discharge';
}

/** What the township is to do once the patient is back: follow-up and rehabilitation. */
export function DownDialog({ referral, event, error, isPending, onSend, onClose }: Props) {
  const { t } = useTranslation();
  const [form, setForm] = useState({
    instructions: referral.instructions ?? '',
    rehabilitation: referral.rehabilitation ?? '',
  });
  const isReady = form.instructions.trim() !== '';
  return (
    <Modal
      open
      width={640}
      title={t(`referral.event.${event}`)}
      okText={t(`referral.event.${event}`)}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: isPending }}
      onOk={() =>
        onSend({
          event,
          instructions: form.instructions.trim(),
          rehabilitation: form.rehabilitation.trim() || null,
        })
      }
      onCancel={onClose}
    >
      <div className="stack">
        {(['instructions', 'rehabilitation'] as const).map((part) => (
          <Field key={part} label={t(`referral.${part}`)} isRequired={part === 'instructions'}>
            {(props) => (
              <Input.TextArea
                {...props}
                rows={4}
                maxLength={20_000}
                value={form[part]}
                onChange={(typed) => setForm((before) => ({ ...before, [part]: typed.target.value }))}
              />
            )}
          </Field>
        ))}
        <ProblemNotice error={error} />
      </div>
    </Modal>
  );
}
