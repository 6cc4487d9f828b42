import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { ChoiceCards } from '../../ui/ChoiceCards';
import { Field } from '../../ui/Field';
import type { StepDialogProps } from './AcceptDialog';
import { localInput, toIso } from './localTime';

const MEANS = ['ambulance', 'escorted', 'own'] as const;

export default function TransportDialog({ error, isPending, onSend, onClose }: StepDialogProps) {
  const { t } = useTranslation();
  const [means, setMeans] = useState<(typeof MEANS)[number]>('ambulance');
  const [expected, setExpected] = useState(localInput(60));
  const expectedAt = toIso(expected);
  return (
    <Modal
      open
      title={t('referral.transport.title')}
      okText={t('ui.confirm')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: expectedAt === null, loading: isPending }}
      onOk={() => expectedAt && onSend({ event: 'arrange_transport', means, expected_at: expectedAt })}
      onCancel={onClose}
    >
      <div className="stack">
        <ChoiceCards
          legend={t('referral.transport.means')}
          value={means}
          onChoose={setMeans}
          options={MEANS.map((value) => ({ value, title: t(`referral.transport.meansOf.${value}`) }))}
        />
        <Field label={t('referral.transport.expectedAt')} isRequired>
          {(props) => (
            <Input
              {...props}
              type="datetime-local"
              value={expected}
              onChange={(event) => setExpected(event.target.value)}
            />
          )}
        </Field>
        <ProblemNotice error={error} />
      </div>
    </Modal>
  );
}
