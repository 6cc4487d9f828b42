import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useActiveHotkeys } from './hotkeys';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

export default function KeysHelp({ open, onClose }: Props) {
  const { t } = useTranslation();
  const hotkeys = useActiveHotkeys();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('ui.keysTitle')}>
      <p className="quiet">{t('ui.keysHint')}</p>
      <dl className="keys">
        {hotkeys.map(({ key, label }) => (
          <div key={`${key} ${label}`}>
            <dt>
              {key.split('+').map((part) => (
                <kbd key={part}>{part.length === 1 ? part.toUpperCase() : part}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
