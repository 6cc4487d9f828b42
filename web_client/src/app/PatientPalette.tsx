import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { PatientSearch } from '../features/patients/PatientSearch';
import { checkResidentId, normalisedResidentId } from '../features/patients/residentId';
import BreakGlassOffer from '../parts/BreakGlassOffer';
import { today } from '../ui/clock';

/** Ctrl+K: from anywhere to a patient's record; in an emergency also to one that is closed, by the ID card. */
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
        whenNone={(typed) =>
          checkResidentId(typed, today()).kind === 'valid' && (
            <BreakGlassOffer of={{ resident_id: normalisedResidentId(typed) }} onOpened={onClose} />
          )
        }
      />
    </Modal>
  );
}
