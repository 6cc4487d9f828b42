import '../locales/later';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type GlassOf, useBreakGlass } from '../api/breakGlass';
import { idempotencyKey } from '../api/client';
import type { BreakGlass } from '../api/types';
import { Field } from '../ui/Field';
import { ProblemNotice } from './ProblemNotice';

interface Props {
  readonly of: GlassOf;
  readonly onOpened: (glass: BreakGlass) => void;
  readonly onClose: () => void;
}

const SHORTEST_REASON = 4;

/** Asks for the reason and the PIN, and says what follows from it. */
export default function BreakGlassDialog({ of, onOpened, onClose }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [pin, setPin] = useState('');
  const breaking = useBreakGlass(of);
  const isReady = reason.trim().length >= SHORTEST_REASON && pin.length >= 4 && !breaking.isPending;
  const send = () =>
    isReady &&
    breaking.mutate({ reason: reason.trim(), pin, key: idempotencyKey() }, { onSuccess: onOpened });
  return (
    <Modal
      open
      title={t('oversight.glass.dialogTitle')}
      okText={t('oversight.glass.confirm')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ danger: true, disabled: !isReady, loading: breaking.isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="stack">
        <p className="callout">{t('oversight.glass.dialogHint')}</p>
        <Field label={t('oversight.glass.reason')} note={t('oversight.glass.reasonHint')} isRequired>
          {(field) => (
            <Input.TextArea
              {...field}
              autoFocus
              rows={3}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('oversight.glass.pin')} isRequired>
          {(field) => (
            <Input
              {...field}
              type="password"
              inputMode="numeric"
              autoComplete="off"
              maxLength={32}
              value={pin}
              onChange={(event) => setPin(event.target.value)}
              onPressEnter={send}
            />
          )}
        </Field>
        <ProblemNotice error={breaking.error} />
      </div>
    </Modal>
  );
}
