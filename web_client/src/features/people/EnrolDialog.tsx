import { Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useEnrolPerson } from '../../api/people';
import type { InstitutionDetails } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { firstRole, RoleFields } from './RoleFields';
import { TextFields } from './TextFields';

const EMPTY = { name: '', username: '', phone: '', number: '', expires_on: '' };

interface Props {
  readonly places: readonly InstitutionDetails[];
  readonly onClose: () => void;
}

/** A new person with a first role and, where they have one, a certificate. */
export function EnrolDialog({ places, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const enrol = useEnrolPerson();
  const [typed, setTyped] = useState(EMPTY);
  const [role, setRole] = useState(firstRole(places));
  const hasCertificate = typed.number !== '' && typed.expires_on !== '';
  const isReady = typed.name.trim() !== '' && typed.username.trim() !== '';
  const send = () => {
    const body = {
      name: typed.name,
      username: typed.username,
      phone: typed.phone.trim() || null,
      membership: role,
      certificate: hasCertificate ? { number: typed.number, expires_on: typed.expires_on } : null,
    };
    enrol.mutate(body, { onSuccess: ({ person_id }) => navigate(`/people/${person_id}`) });
  };
  return (
    <Modal
      open
      width={760}
      title={t('people.enrol')}
      okText={t('people.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: enrol.isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="stack">
        <TextFields
          values={typed}
          onChange={(name, value) => setTyped((before) => ({ ...before, [name]: value }))}
          fields={[
            { name: 'name', label: t('people.name'), isRequired: true },
            {
              name: 'username',
              label: t('people.username'),
              note: t('people.usernameNote'),
              isRequired: true,
            },
            { name: 'phone', label: t('people.phone'), note: t('people.phoneNote'), type: 'tel' },
          ]}
        />
        <RoleFields places={places} value={role} onChange={setRole} />
        <TextFields
          values={typed}
          onChange={(name, value) => setTyped((before) => ({ ...before, [name]: value }))}
          fields={[
            { name: 'number', label: t('people.number') },
            { name: 'expires_on', label: t('people.expiresOn'), type: 'date' },
          ]}
        />
        <ProblemNotice error={enrol.error} />
      </div>
    </Modal>
  );
}
