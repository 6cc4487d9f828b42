import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';
import type { StepDialogProps } from './StepDialog';

/** A refusal says why, and what to do instead. */
export function DeclineDialog({ error, isPending, onSend, onClose }: StepDialogProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState({ reason: '', alternative: '' });
  const isReady = form.reason.trim() !== '' && form.alternative.trim() !== '';
  return (
    <Modal
      open
      title={t('referral.decline.title')}
      okText={t('referral.decline.send')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: isPending, danger: true }}
      onOk={() =>
        onSend({ event: 'decline', reason: form.reason.trim(), alternative: form.alternative.trim() })
      }
      onCancel={onClose}
    >
      <div className="stack">
        {(['reason', 'alternative'] as const).map((part) => (
          <Field key={part} label={t(`referral.decline.${part}`)} isRequired>
            {(props) => (
              <Input.TextArea
                {...props}
                rows={2}
                maxLength={2000}
                value={form[part]}
                onChange={(event) => setForm((before) => ({ ...before, [part]: event.target.value }))}
              />
            )}
          </Field>
        ))}
        <ProblemNotice error={error} />
      </div>
    </Modal>
  );
}
