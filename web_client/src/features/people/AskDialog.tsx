import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../parts/ProblemNotice';

interface Props {
  readonly title: string;
  readonly hint: string;
  readonly isDanger?: boolean;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onYes: () => void;
  readonly onClose: () => void;
}

/** Asks before something that can't simply be taken back. */
export function AskDialog({ title, hint, isDanger = false, isPending, error, onYes, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={title}
      okText={t('ui.confirm')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ danger: isDanger, loading: isPending }}
      onOk={onYes}
      onCancel={onClose}
    >
      <p>{hint}</p>
      <ProblemNotice error={error} />
    </Modal>
  );
}
