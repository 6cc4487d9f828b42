import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Consult, Priority } from '../../api/types';
import { ReferralFields } from './ReferralFields';
import { useReferralForm } from './useReferralForm';

const BY_URGENCY: Readonly<Record<Consult['urgency'], Priority>> = {
  emergent: 'green',
  urgent: 'urgent',
  routine: 'elective',
};

interface Props {
  readonly consult: Consult;
  readonly onClose: () => void;
}

/** Everything is filled in from the consult; the doctor checks and sends. */
function filledFrom({ complaint, department, question, reports, urgency }: Consult) {
  const [latest] = [...reports].sort((a, b) => b.version - a.version);
  return {
    destination: { departmentId: department.id, institutionId: department.institution_id },
    priority: BY_URGENCY[urgency],
    reason: latest?.assessment.slice(0, 2_000) || question,
    summary: [complaint, latest?.findings, latest?.advice].filter(Boolean).join('\n') || question,
  };
}

export default function ReferralDialog({ consult, onClose }: Props) {
  const { t } = useTranslation();
  const model = useReferralForm({
    direction: 'up',
    initial: filledFrom(consult),
    about: { patient_id: consult.patient.id, episode_id: consult.episode_id, consult_id: consult.id },
    onSent: onClose,
  });
  return (
    <Modal
      open
      width={720}
      title={t('referral.refer')}
      okText={t('referral.send')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !model.isReady, loading: model.sending.isPending }}
      onOk={model.send}
      onCancel={onClose}
    >
      <ReferralFields model={model} />
    </Modal>
  );
}
