import { Button, Input } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePeople, usePlaces } from '../../api/people';
import type { InstitutionDetails, PersonMembership, PersonRow } from '../../api/types';
import '../../locales/later';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { CertificateMark } from './CertificateMark';
import { EnrolDialog } from './EnrolDialog';
import './people.css';

export function useRoleText(): (membership: PersonMembership) => string {
  const { t } = useTranslation();
  return ({ institution_name, department_name, role }) =>
    [institution_name, department_name, t(`shell.role.${role}`)].filter(Boolean).join(' · ');
}

function Row({ person }: { readonly person: PersonRow }) {
  const roleText = useRoleText();
  return (
    <tr className={person.is_disabled ? 'gone' : ''}>
      <th scope="row">
        <Link to={`/people/${person.person_id}`}>{person.name}</Link>
        <span className="quiet block">{person.username}</span>
      </th>
      <td>
        {person.memberships.map((membership) => (
          <span key={membership.id} className="block">
            {roleText(membership)}
          </span>
        ))}
      </td>
      <td>
        <CertificateMark person={person} />
      </td>
    </tr>
  );
}

function PeopleTable({ people }: { readonly people: readonly PersonRow[] }) {
  const { t } = useTranslation();
  if (people.length === 0) return <EmptyState title={t('people.none')} hint={t('people.noneHint')} />;
  return (
    <div className="card scroll-x">
      <p className="quiet">{t('people.count', { count: people.length })}</p>
      <table className="people-table">
        <thead>
          <tr>
            <th scope="col">{t('people.name')}</th>
            <th scope="col">{t('people.work')}</th>
            <th scope="col">{t('people.certificate')}</th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <Row key={person.person_id} person={person} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Directory({ places }: { readonly places: readonly InstitutionDetails[] }) {
  const { t } = useTranslation();
  const [sought, setSought] = useState({ q: '', institution_id: '', attention: false });
  const { institution_id, ...rest } = useDeferredValue(sought);
  const query = usePeople({ ...rest, ...(institution_id && { institution_id }) });
  return (
    <>
      <div className="row wrap">
        <Input
          type="search"
          style={{ maxWidth: 360 }}
          aria-label={t('people.search')}
          placeholder={t('people.search')}
          maxLength={100}
          value={sought.q}
          onChange={(event) => setSought((before) => ({ ...before, q: event.target.value }))}
        />
        {places.length > 1 && (
          <select
            aria-label={t('people.institution')}
            value={sought.institution_id}
            onChange={(event) => setSought((before) => ({ ...before, institution_id: event.target.value }))}
          >
            <option value="">{t('people.everywhere')}</option>
            {places.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        <label className="row">
          <input
            type="checkbox"
            checked={sought.attention}
            onChange={(event) => setSought((before) => ({ ...before, attention: event.target.checked }))}
          />
          {t('people.attention')}
        </label>
      </div>
      <Fetched query={query}>{(people) => <PeopleTable people={people} />}</Fetched>
    </>
  );
}

/** Who works where, and whose certificate needs attention. */
export default function PeoplePage() {
  const { t } = useTranslation();
  const places = usePlaces();
  const [isEnrolling, setEnrolling] = useState(false);
  return (
    <>
      <div className="row between wrap">
        <h1>{t('people.title')}</h1>
        <div className="row wrap">
          <Link to="/institutions">{t('people.places')}</Link>
          <Link to="/people/import">{t('imports.open')}</Link>
          <Button type="primary" onClick={() => setEnrolling(true)}>
            {t('people.enrol')}
          </Button>
        </div>
      </div>
      <Fetched query={places}>
        {(known) => (
          <>
            <Directory places={known} />
            {isEnrolling && <EnrolDialog places={known} onClose={() => setEnrolling(false)} />}
          </>
        )}
      </Fetched>
    </>
  );
}
