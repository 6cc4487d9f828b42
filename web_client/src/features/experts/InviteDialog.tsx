import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idempotencyKey } from '../../api/client';
import { useInviting } from '../../api/invitations';
import type { Consult, Expert } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';
import { ExpertChoice } from './ExpertChoice';

const OPEN = new Set<string>(['invited', 'joined', 'countersigned', 'dissented']);

interface Props {
  readonly consult: Consult;
  readonly onClose: () => void;
}

function whoIsMissing({ invitations, specialist }: Consult): (expert: Expert) => boolean {
  const open = invitations.filter(({ state }) => OPEN.has(state));
  const there = new Set([...open.map(({ expert }) => expert.person_id), specialist?.person_id]);
  return ({ person_id }) => !there.has(person_id);
}

/** Choose one expert of the county, those on duty first, and say why. */
export function InviteDialog({ consult, onClose }: Props) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(null);
  const [message, setMessage] = useState('');
  const [key] = useState(idempotencyKey);
  const inviting = useInviting(consult.id);
  const send = () =>
    chosen && inviting.mutate({ person_id: chosen, message: message.trim(), key }, { onSuccess: onClose });
  return (
    <Modal
      open
      title={t('experts.invite')}
      okText={t('experts.send')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: chosen === null, loading: inviting.isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="stack">
        <p className="quiet">{t('experts.hint')}</p>
        <ExpertChoice chosen={chosen} onChoose={setChosen} isOffered={whoIsMissing(consult)} />
        <Field label={t('experts.message')}>
          {(props) => (
            <Input.TextArea
              {...props}
              rows={2}
              maxLength={2000}
              value={message}
              onChange={(event) => setMessage(event.target.value)}
            />
          )}
        </Field>
        <ProblemNotice error={inviting.error} />
      </div>
    </Modal>
  );
}
