import { Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeepCertificate } from '../../api/people';
import type { CredentialDetails, PersonDetails } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { TextFields } from './TextFields';

interface Props {
  readonly person: PersonDetails;
  /** Null for a new one. */
  readonly credential: CredentialDetails | null;
  readonly onClose: () => void;
}

export function CertificateDialog({ person, credential, onClose }: Props) {
  const { t } = useTranslation();
  const keep = useKeepCertificate(person.person_id);
  const [typed, setTyped] = useState({
    number: credential?.number ?? '',
    expires_on: credential?.expires_on ?? '',
  });
  const isReady = typed.number.trim() !== '' && typed.expires_on !== '';
  return (
    <Modal
      open
      title={t(credential ? 'people.certificates.change' : 'people.certificates.add')}
      okText={t('people.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: keep.isPending }}
      onOk={() => keep.mutate({ id: credential?.id ?? null, body: typed }, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <div className="stack">
        <TextFields
          values={typed}
          onChange={(name, value) => setTyped((before) => ({ ...before, [name]: value }))}
          fields={[
            { name: 'number', label: t('people.number'), isRequired: true },
            { name: 'expires_on', label: t('people.expiresOn'), type: 'date', isRequired: true },
          ]}
        />
        {credential && <p className="quiet">{t('people.certificates.changeHint')}</p>}
        <ProblemNotice error={keep.error} />
      </div>
    </Modal>
  );
}
