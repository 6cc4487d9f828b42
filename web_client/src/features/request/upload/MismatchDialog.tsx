import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { differing, type Queue } from './queue';
import type { Uploader } from './uploader';

interface Props {
  readonly uploader: Uploader;
  readonly queue: Queue;
}

/** Images whose name or number isn't the patient's are attached only when somebody says so. */
export function MismatchDialog({ uploader, queue }: Props) {
  const { t } = useTranslation();
  const [studyUid] = differing(queue);
  if (!studyUid) return null;
  const names = queue.items
    .filter(({ upload }) => upload.phase === 'stored' && upload.studyUid === studyUid)
    .map(({ name }) => name);
  const answer = (isSamePatient: boolean) =>
    uploader.dispatch({ type: 'mismatch_answered', studyUid, isSamePatient });
  return (
    <Modal
      open
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      title={t('request.mismatch.title')}
      okText={t('request.mismatch.confirm')}
      cancelText={t('request.mismatch.refuse')}
      okButtonProps={{ danger: true }}
      onOk={() => answer(true)}
      onCancel={() => answer(false)}
    >
      <p>{t('request.mismatch.what')}</p>
      <p className="quiet">{names.slice(0, 5).join('、')}</p>
      <p>{t('request.mismatch.next')}</p>
    </Modal>
  );
}
