import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ReferralAction } from '../../api/referrals';
import type { Referral } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { PatientLine } from '../../parts/Tags';
import { TextDialog } from '../../parts/TextDialog';
import { AcceptDialog } from './AcceptDialog';
import { ContactDialog } from './ContactDialog';
import { DeclineDialog } from './DeclineDialog';
import { DownDialog } from './DownDialog';
import { EtaDialog } from './EtaDialog';
import { RedirectDialog } from './RedirectDialog';
import { type AskedAgain, type Filled, isAskedAgain, isWithReason } from './steps';
import { TransportDialog } from './TransportDialog';

export interface StepDialogProps {
  readonly error: unknown;
  readonly isPending: boolean;
  readonly onSend: (action: ReferralAction) => void;
  readonly onClose: () => void;
}

function AskAgain({
  referral,
  event,
  ...rest
}: StepDialogProps & { readonly referral: Referral; readonly event: AskedAgain }) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={t(`referral.event.${event}`)}
      okText={t(`referral.event.${event}`)}
      cancelText={t('ui.cancel')}
      okButtonProps={{ danger: true, loading: rest.isPending }}
      onOk={() => rest.onSend({ event })}
      onCancel={rest.onClose}
    >
      <p>
        <PatientLine patient={referral.patient} />
      </p>
      <p>{t('referral.askAgain')}</p>
      <ProblemNotice error={rest.error} />
    </Modal>
  );
}

/** The dialog of a step that needs more than a press. */
export default function StepDialog({
  referral,
  event,
  ...shared
}: StepDialogProps & { readonly referral: Referral; readonly event: Filled }) {
  const { t } = useTranslation();
  if (isAskedAgain(event)) return <AskAgain referral={referral} event={event} {...shared} />;
  if (isWithReason(event)) {
    const title = t(`referral.event.${event}`);
    const send = (reason: string) => shared.onSend({ event, reason });
    return <TextDialog {...shared} title={title} label={t('referral.why')} okText={title} onSend={send} />;
  }
  switch (event) {
    case 'accept':
    case 'rebook':
      return <AcceptDialog referral={referral} event={event} {...shared} />;
    case 'decline':
      return <DeclineDialog {...shared} />;
    case 'redirect':
      return <RedirectDialog referral={referral} {...shared} />;
    case 'arrange_transport':
      return <TransportDialog referral={referral} {...shared} />;
    case 'depart':
    case 'update_eta':
      return <EtaDialog referral={referral} event={event} {...shared} />;
    case 'propose_down':
    case 'discharge':
      return <DownDialog referral={referral} event={event} {...shared} />;
    case 'accept_down':
      return <ContactDialog {...shared} />;
  }
}
