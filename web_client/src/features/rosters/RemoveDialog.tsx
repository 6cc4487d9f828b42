import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRemoveShift } from '../../api/rosters';
import type { Shift } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';

interface Props {
  readonly shift: Shift;
  readonly onClose: () => void;
}

export function RemoveDialog({ shift, onClose }: Props) {
  const { t } = useTranslation();
  const remove = useRemoveShift();
  return (
    <Modal
      open
      title={`${t('rosters.removeAsk')} ${shift.person.name}`}
      okText={t('ui.confirm')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ danger: true, loading: remove.isPending }}
      onOk={() => remove.mutate(shift.id, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <p>{t('rosters.removeHint')}</p>
      <ProblemNotice error={remove.error} />
    </Modal>
  );
}
