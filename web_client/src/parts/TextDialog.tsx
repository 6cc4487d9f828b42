import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../ui/Field';
import { ProblemNotice } from './ProblemNotice';

interface Props {
  readonly title: string;
  readonly label: string;
  readonly okText: string;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly onSend: (text: string) => void;
  readonly onClose: () => void;
}

/** Asks for one reason or answer that must not be empty. */
export function TextDialog({ title, label, okText, error, isPending, onSend, onClose }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  return (
    <Modal
      open
      title={title}
      okText={okText}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: text.trim() === '', loading: isPending }}
      onOk={() => onSend(text.trim())}
      onCancel={onClose}
    >
      <Field label={label} isRequired>
        {(props) => (
          <Input.TextArea
            {...props}
            autoFocus
            rows={4}
            maxLength={2000}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <ProblemNotice error={error} />
    </Modal>
  );
}
