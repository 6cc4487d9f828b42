import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { PatientSearch } from '../features/patients/PatientSearch';

/** Ctrl+K: from anywhere to a patient's record. */
export default function PatientPalette({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Modal open onCancel={onClose} footer={null} title={t('shell.search')} width={640}>
      <PatientSearch
        onChoose={(patient) => {
          onClose();
          void navigate(`/patients/${patient.id}`);
        }}
      />
    </Modal>
  );
}
