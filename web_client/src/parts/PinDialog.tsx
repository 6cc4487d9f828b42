import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../ui/Field';
import { ProblemNotice } from './ProblemNotice';

interface Props {
  readonly title: string;
  readonly hint: string;
  readonly okText: string;
  /** Asks for words beside the PIN; they must not be empty. */
  readonly reasonLabel?: string;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly onSign: (pin: string, reason: string) => void;
  readonly onClose: () => void;
}

/** The signature: a PIN, and a reason where one is owed. */
export function PinDialog({ title, hint, okText, reasonLabel, error, isPending, onSign, onClose }: Props) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const [reason, setReason] = useState('');
  const isReady = pin.length >= 4 && (!reasonLabel || reason.trim() !== '') && !isPending;
  const sign = () => isReady && onSign(pin, reason.trim());
  return (
    <Modal
      open
      title={title}
      okText={okText}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: isPending }}
      onOk={sign}
      onCancel={onClose}
    >
      <div className="stack">
        <p>{hint}</p>
        {reasonLabel && (
          <Field label={reasonLabel} isRequired>
            {(field) => (
              <Input.TextArea
                {...field}
                autoFocus
                rows={3}
                maxLength={2000}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label={t('report.pin')} isRequired>
          {(field) => (
            <Input
              {...field}
              type="password"
              autoFocus={!reasonLabel}
              inputMode="numeric"
              autoComplete="off"
              maxLength={32}
              value={pin}
              onChange={(event) => setPin(event.target.value)}
              onPressEnter={sign}
            />
          )}
        </Field>
        <ProblemNotice error={error} />
      </div>
    </Modal>
  );
}
