import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Referral } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';
import { type Destination, DestinationChoice } from './DestinationChoice';
import type { StepDialogProps } from './StepDialog';

/** Another department or institution suits better, or answers sooner. */
export function RedirectDialog({
  referral,
  error,
  isPending,
  onSend,
  onClose,
}: StepDialogProps & { readonly referral: Referral }) {
  const { t } = useTranslation();
  const [destination, setDestination] = useState<Destination | null>(null);
  const [reason, setReason] = useState('');
  const isReady =
    destination !== null && destination.departmentId !== referral.to_department.id && reason.trim() !== '';
  const send = () => {
    if (!destination) return;
    onSend({
      event: 'redirect',
      to_institution_id: destination.institutionId,
      to_department_id: destination.departmentId,
      reason: reason.trim(),
    });
  };
  return (
    <Modal
      open
      width={720}
      title={t('referral.event.redirect')}
      okText={t('referral.event.redirect')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="stack">
        <DestinationChoice
          direction={referral.direction}
          chosen={destination?.departmentId ?? null}
          onChoose={setDestination}
        />
        <Field label={t('referral.why')} isRequired>
          {(props) => (
            <Input.TextArea
              {...props}
              rows={2}
              maxLength={2000}
              value={reason}
              onChange={(typed) => setReason(typed.target.value)}
            />
          )}
        </Field>
        <ProblemNotice error={error} />
      </div>
    </Modal>
  );
}
