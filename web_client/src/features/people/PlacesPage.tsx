import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useKeepDepartment, usePlaces } from '../../api/people';
import type { InstitutionDetails } from '../../api/types';
import '../../locales/later';
import { Fetched } from '../../parts/Fetched';
import { TextDialog } from '../../parts/TextDialog';
import { PlaceDialog } from './PlaceDialog';
import './people.css';

interface PlaceProps {
  readonly place: InstitutionDetails;
  readonly onChange: () => void;
}

function Departments({ place }: { readonly place: InstitutionDetails }) {
  const { t } = useTranslation();
  const keep = useKeepDepartment(place.id);
  const [naming, setNaming] = useState<{ id: string | null; title: string } | null>(null);
  return (
    <div className="stack">
      <ul className="lines">
        {place.departments.length === 0 && <li className="quiet">{t('places.noDepartments')}</li>}
        {place.departments.map(({ id, name }) => (
          <li key={id} className="row between">
            {name}
            <Button
              aria-label={`${t('places.rename')} ${name}`}
              onClick={() => setNaming({ id, title: `${t('places.rename')} — ${name}` })}
            >
              {t('places.rename')}
            </Button>
          </li>
        ))}
      </ul>
      <div>
        <Button onClick={() => setNaming({ id: null, title: t('places.addDepartment') })}>
          {t('places.addDepartment')}
        </Button>
      </div>
      {naming && (
        <TextDialog
          title={naming.title}
          label={t('places.departmentName')}
          okText={t('people.save')}
          error={keep.error}
          isPending={keep.isPending}
          onSend={(name) => keep.mutate({ id: naming.id, name }, { onSuccess: () => setNaming(null) })}
          onClose={() => setNaming(null)}
        />
      )}
    </div>
  );
}

function Place({ place, onChange }: PlaceProps) {
  const { t } = useTranslation();
  return (
    <section className="card stack">
      <div className="row between wrap">
        <h2>
          {place.name} <span className="quiet">{t(`places.kinds.${place.kind}`)}</span>
        </h2>
        <Button onClick={onChange}>{t('places.change')}</Button>
      </div>
      <p className="quiet">
        {place.identifiers.length === 0
          ? t('places.noIdentifiers')
          : place.identifiers
              .map(({ kind, value }) => `${t(`places.identifier.${kind}`)} ${value}`)
              .join('　')}
      </p>
      <details>
        <summary>
          {t('places.departments')} ({place.departments.length})
        </summary>
        <Departments place={place} />
      </details>
    </section>
  );
}

/** The institutions that one administers, with their numbers and departments. */
export default function PlacesPage() {
  const { t } = useTranslation();
  const query = usePlaces();
  const [editing, setEditing] = useState<InstitutionDetails | 'new' | null>(null);
  return (
    <>
      <div className="row between wrap">
        <h1>{t('places.title')}</h1>
        <div className="row wrap">
          <Link to="/people">{t('places.back')}</Link>
          <Button type="primary" onClick={() => setEditing('new')}>
            {t('places.enrol')}
          </Button>
        </div>
      </div>
      <p className="quiet">{t('places.leads')}</p>
      <Fetched query={query}>
        {(places) =>
          places.map((place) => <Place key={place.id} place={place} onChange={() => setEditing(place)} />)
        }
      </Fetched>
      {editing && <PlaceDialog place={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </>
  );
}
