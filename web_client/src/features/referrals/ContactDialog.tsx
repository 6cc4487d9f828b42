import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';
import type { StepDialogProps } from './StepDialog';

/** The township takes the patient back and says who answers for them there. */
export function ContactDialog({ error, isPending, onSend, onClose }: StepDialogProps) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const [form, setForm] = useState({ name: me?.name ?? '', phone: '' });
  const isReady = form.name.trim() !== '' && form.phone.trim() !== '';
  return (
    <Modal
      open
      title={t('referral.event.accept_down')}
      okText={t('referral.event.accept_down')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: isPending }}
      onOk={() =>
        onSend({ event: 'accept_down', contact_name: form.name.trim(), contact_phone: form.phone.trim() })
      }
      onCancel={onClose}
    >
      <div className="stack">
        {(['name', 'phone'] as const).map((part) => (
          <Field key={part} label={t(`referral.ownContact.${part}`)} isRequired>
            {(props) => (
              <Input
                {...props}
                inputMode={part === 'phone' ? 'tel' : 'text'}
                maxLength={part === 'phone' ? 40 : 100}
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
