import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Referral } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';
import { localInput, localOf, toIso } from '../../ui/localTime';
import type { StepDialogProps } from './StepDialog';

interface Props extends StepDialogProps {
  readonly referral: Referral;
  readonly event: 'depart' | 'update_eta';
}

/** When the patient will be there: asked at the departure, and again when the road is slow. */
export function EtaDialog({ referral, event, error, isPending, onSend, onClose }: Props) {
  const { t } = useTranslation();
  const [expected, setExpected] = useState(
    referral.expected_at ? localOf(referral.expected_at) : localInput(60),
  );
  const expectedAt = toIso(expected);
  return (
    <Modal
      open
      title={t(`referral.event.${event}`)}
      okText={t(`referral.event.${event}`)}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: expectedAt === null, loading: isPending }}
      onOk={() => expectedAt && onSend({ event, expected_at: expectedAt })}
      onCancel={onClose}
    >
      <div className="stack">
        <Field label={t('referral.transport.expectedAt')} note={t('referral.transport.etaNote')} isRequired>
          {(props) => (
            <Input
              {...props}
              type="datetime-local"
              value={expected}
              onChange={(typed) => setExpected(typed.target.value)}
            />
          )}
        </Field>
        <ProblemNotice error={error} />
      </div>
    </Modal>
  );
}
