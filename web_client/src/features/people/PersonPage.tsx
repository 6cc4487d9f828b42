import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useChangePerson, usePerson } from '../../api/people';
import type { PersonDetails } from '../../api/types';
import '../../locales/later';
import { Fetched } from '../../parts/Fetched';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { CertificateMark, markOf } from './CertificateMark';
import { Certificates } from './Certificates';
import { LoginPart } from './LoginPart';
import './people.css';
import { Roles } from './Roles';
import { TextFields } from './TextFields';

function Particulars({ person }: { readonly person: PersonDetails }) {
  const { t } = useTranslation();
  const change = useChangePerson(person.person_id);
  const kept = { name: person.name, username: person.username ?? '', phone: person.phone ?? '' };
  const [typed, setTyped] = useState(kept);
  const isChanged = (Object.keys(kept) as (keyof typeof kept)[]).some((key) => typed[key] !== kept[key]);
  const send = () => change.mutate({ ...typed, phone: typed.phone.trim() || null, version: person.version });
  return (
    <section className="card stack">
      <h2>{t('people.particulars')}</h2>
      <TextFields
        isDisabled={!person.may_edit}
        values={typed}
        onChange={(name, value) => setTyped((before) => ({ ...before, [name]: value }))}
        fields={[
          { name: 'name', label: t('people.name'), isRequired: true },
          { name: 'username', label: t('people.username'), note: t('people.usernameNote'), isRequired: true },
          { name: 'phone', label: t('people.phone'), note: t('people.phoneNote'), type: 'tel' },
        ]}
      />
      <ProblemNotice error={change.error} />
      <div>
        <Button type="primary" disabled={!isChanged} loading={change.isPending} onClick={send}>
          {t('people.save')}
        </Button>
      </div>
    </section>
  );
}

/** One person: who they are, where they work, their certificates, their login. */
export default function PersonPage() {
  const { t } = useTranslation();
  const { personId = '' } = useParams();
  const query = usePerson(personId);
  return (
    <Fetched query={query}>
      {(person) => (
        <>
          <div className="row between wrap">
            <div className="row wrap">
              <h1>{person.name}</h1>
              <CertificateMark person={markOf(person)} />
            </div>
            <Link to="/people">{t('people.title')}</Link>
          </div>
          {!person.may_edit && <p className="callout">{t('people.elsewhere')}</p>}
          <Particulars key={person.version} person={person} />
          <Roles person={person} />
          <Certificates person={person} />
          {person.may_edit && <LoginPart person={person} />}
        </>
      )}
    </Fetched>
  );
}
