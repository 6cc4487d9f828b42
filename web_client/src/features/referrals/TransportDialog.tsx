import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Referral } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { ChoiceCards } from '../../ui/ChoiceCards';
import { Field } from '../../ui/Field';
import { localInput, localOf, toIso } from '../../ui/localTime';
import type { StepDialogProps } from './StepDialog';

const MEANS = ['ambulance', 'escorted', 'own'] as const;

function useTransport(referral: Referral) {
  const [form, setForm] = useState({
    means: referral.transport ?? ('ambulance' as (typeof MEANS)[number]),
    vehicle: referral.vehicle ?? '',
    escort: referral.escort ?? '',
    expected: referral.expected_at ? localOf(referral.expected_at) : localInput(60),
  });
  const change = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  return { form, change, expectedAt: toIso(form.expected) };
}

/** How the patient travels, with whom, and when they will be there. */
export function TransportDialog({
  referral,
  error,
  isPending,
  onSend,
  onClose,
}: StepDialogProps & { readonly referral: Referral }) {
  const { t } = useTranslation();
  const { form, change, expectedAt } = useTransport(referral);
  const send = () => {
    if (!expectedAt) return;
    const [vehicle, escort] = [form.vehicle.trim() || null, form.escort.trim() || null];
    onSend({ event: 'arrange_transport', means: form.means, vehicle, escort, expected_at: expectedAt });
  };
  return (
    <Modal
      open
      title={t('referral.transport.title')}
      okText={t('ui.confirm')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: expectedAt === null, loading: isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="stack">
        <ChoiceCards
          legend={t('referral.transport.means')}
          value={form.means}
          onChoose={(means) => change({ means })}
          options={MEANS.map((value) => ({ value, title: t(`referral.transport.meansOf.${value}`) }))}
        />
        {(['vehicle', 'escort', 'expected'] as const).map((part) => (
          <Field
            key={part}
            label={t(`referral.transport.${part === 'expected' ? 'expectedAt' : part}`)}
            isRequired={part === 'expected'}
          >
            {(props) => (
              <Input
                {...props}
                type={part === 'expected' ? 'datetime-local' : 'text'}
                maxLength={100}
                value={form[part]}
                onChange={(typed) => change({ [part]: typed.target.value })}
              />
            )}
          </Field>
        ))}
        <ProblemNotice error={error} />
      </div>
    </Modal>
  );
}
