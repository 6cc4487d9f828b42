import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { activeMembership, useMe } from '../../api/session';
import type { Patient } from '../../api/types';
import { useHotkeys } from '../../ui/hotkeys';
import { ReferralFields } from './ReferralFields';
import { useReferralForm } from './useReferralForm';

interface Props {
  readonly patient: Patient | null;
  /** Where the patient is found or registered; another feature's work. */
  readonly patientPart: ReactNode;
}

/** A referral without a consult before it: up from the grass roots, down from a hospital. */
export function ReferralForm({ patient, patientPart }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: me } = useMe();
  const role = me ? activeMembership(me)?.role : undefined;
  const direction = role === 'specialist' || role === 'director' ? 'down' : 'up';
  const model = useReferralForm({
    direction,
    initial: {},
    about: patient && { patient_id: patient.id, episode_id: null, consult_id: null },
    onSent: ({ id }) => void navigate(`/referrals/${id}`),
  });
  useHotkeys([{ key: 'Ctrl+Enter', label: t('referral.send'), run: () => model.isReady && model.send() }]);
  return (
    <div className="request">
      <h1>{t(`referral.new.${direction}`)}</h1>
      <section className="card">{patientPart}</section>
      <section className="card stack">
        <ReferralFields model={model} />
        <Button
          type="primary"
          size="large"
          disabled={!model.isReady}
          loading={model.sending.isPending}
          onClick={model.send}
        >
          {t('referral.send')} <kbd>Ctrl Enter</kbd>
        </Button>
      </section>
    </div>
  );
}
