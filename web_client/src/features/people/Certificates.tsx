import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { evidenceUrl, useShowEvidence, useVerify } from '../../api/people';
import type { CredentialDetails, PersonDetails } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { AskDialog } from './AskDialog';
import { CertificateDialog } from './CertificateDialog';

interface ItemProps {
  readonly person: PersonDetails;
  readonly credential: CredentialDetails;
}

function State({ credential }: { readonly credential: CredentialDetails }) {
  const { t } = useTranslation();
  if (credential.is_expired) return <span className="mark bad">{t('people.certificates.expired')}</span>;
  if (!credential.verified_at) return <span className="mark bad">{t('people.certificates.unverified')}</span>;
  const values = { name: credential.verified_by?.name ?? '—', date: credential.verified_at.slice(0, 10) };
  return (
    <span className="row wrap">
      <span className="mark">{t('people.certificates.verified', values)}</span>
      {credential.expires_soon && <span className="mark warn">{t('people.certificates.soon')}</span>}
    </span>
  );
}

function Evidence({ person, credential }: ItemProps) {
  const { t } = useTranslation();
  const show = useShowEvidence(person.person_id, credential.id);
  return (
    <div className="stack">
      <span className="row wrap">
        {t('people.certificates.evidence')}：
        {credential.evidence ? (
          <a href={evidenceUrl(person.person_id, credential.id)} download>
            {t('people.certificates.download', { name: credential.evidence.name })}
          </a>
        ) : (
          <span className="quiet">{t('people.certificates.noEvidence')}</span>
        )}
      </span>
      {person.may_edit && (
        <label>
          <span className="quiet block">
            {t('people.certificates.upload')}（{t('people.certificates.uploadNote')}）
          </span>
          <input
            type="file"
            accept="application/pdf,image/jpeg,image/png"
            disabled={show.isPending}
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              if (file) show.mutate(file);
              event.target.value = '';
            }}
          />
        </label>
      )}
      <ProblemNotice error={show.error} />
    </div>
  );
}

function Verifying({ person, credential }: ItemProps) {
  const { t } = useTranslation();
  const verify = useVerify(person.person_id, credential.id);
  const [isAsking, setAsking] = useState(false);
  const values = { number: credential.number, date: credential.expires_on };
  if (credential.verified_at)
    return (
      <Button loading={verify.isPending} onClick={() => verify.mutate(false)}>
        {t('people.certificates.doubt')}
      </Button>
    );
  return (
    <>
      <Button type="primary" onClick={() => setAsking(true)}>
        {t('people.certificates.verify')}
      </Button>
      {isAsking && (
        <AskDialog
          title={t('people.certificates.verifyAsk')}
          hint={t('people.certificates.verifyHint', values)}
          isPending={verify.isPending}
          error={verify.error}
          onYes={() => verify.mutate(true, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

/** The certificates, each with its scan and whether somebody has compared the two. */
export function Certificates({ person }: { readonly person: PersonDetails }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<CredentialDetails | 'new' | null>(null);
  return (
    <section className="card stack">
      <h2>{t('people.certificates.title')}</h2>
      {person.credentials.length === 0 && <p className="quiet">{t('people.certificates.none')}</p>}
      <ul className="lines">
        {person.credentials.map((credential) => (
          <li key={credential.id} className="stack">
            <span className="row wrap">
              <strong>{credential.number}</strong>
              {t('people.expiresOn')} {credential.expires_on}
              <State credential={credential} />
            </span>
            <Evidence person={person} credential={credential} />
            {person.may_edit && (
              <span className="row wrap">
                <Verifying person={person} credential={credential} />
                <Button onClick={() => setEditing(credential)}>{t('people.certificates.change')}</Button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {person.may_edit && (
        <div>
          <Button onClick={() => setEditing('new')}>{t('people.certificates.add')}</Button>
        </div>
      )}
      {editing && (
        <CertificateDialog
          person={person}
          credential={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </section>
  );
}
