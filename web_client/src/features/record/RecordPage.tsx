import { Button } from 'antd';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { usePatientRecord } from '../../api/patients';
import { ApiProblem } from '../../api/problem';
import { activeMembership, useMe } from '../../api/session';
import type { Patient } from '../../api/types';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { PatientLine } from '../../parts/Tags';
import { EpisodeView } from './EpisodeView';

const BreakGlassOffer = lazy(() => import('../../parts/BreakGlassOffer'));

function Identity({ patient }: { readonly patient: Patient }) {
  const { t } = useTranslation();
  const facts = [
    ['residentId', patient.resident_id],
    ['birthDate', patient.birth_date],
    ['phone', patient.phone],
    ['address', patient.address],
  ] as const;
  return (
    <dl className="facts">
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{t(`record.${name}`)}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

const GRASS_ROOTS: ReadonlySet<string> = new Set(['township_doctor', 'village_doctor']);
const HOSPITAL: ReadonlySet<string> = new Set(['specialist', 'director']);

/** What can be begun for this patient from here. */
function Beginnings({ patientId }: { readonly patientId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: me } = useMe();
  const role = me ? (activeMembership(me)?.role ?? '') : '';
  const isBelow = GRASS_ROOTS.has(role);
  if (!isBelow && !HOSPITAL.has(role)) return null;
  return (
    <span className="row wrap">
      <Button onClick={() => void navigate(`/referrals/new?patient=${patientId}`)}>
        {t(isBelow ? 'record.referUp' : 'record.referDown')}
      </Button>
      {isBelow && (
        <Button type="primary" onClick={() => void navigate(`/requests/new?patient=${patientId}`)}>
          {t('record.newConsult')}
        </Button>
      )}
    </span>
  );
}

/** A record that stays closed: in an emergency there is a way in. */
function EmergencyWay({
  error,
  patientId,
}: {
  readonly error: unknown;
  readonly patientId: string;
}): ReactNode {
  if (!(error instanceof ApiProblem) || error.code !== 'patient/not-found') return null;
  return (
    <Suspense fallback={null}>
      <BreakGlassOffer of={{ patient_id: patientId }} />
    </Suspense>
  );
}

/** A patient's page: each episode with its consults, reports, images and referrals together. */
export default function RecordPage() {
  const { t } = useTranslation();
  const { patientId = '' } = useParams();
  const query = usePatientRecord(patientId);
  if (query.isError && query.data === undefined) {
    return (
      <>
        <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />
        <EmergencyWay error={query.error} patientId={patientId} />
      </>
    );
  }
  return (
    <Fetched query={query}>
      {({ patient, episodes }) => (
        <div className="stack">
          <section className="card">
            <div className="row between">
              <h1>
                <PatientLine patient={patient} />
              </h1>
              <Beginnings patientId={patient.id} />
            </div>
            <Identity patient={patient} />
            <Link to={`/patients/${patient.id}/access-log`}>{t('record.accessLog')}</Link>
          </section>
          {episodes.length === 0 && (
            <EmptyState
              title={t('record.none')}
              hint={t('record.noneHint')}
              action={<Link to="/">{t('shell.home')}</Link>}
            />
          )}
          {episodes.map((episode) => (
            <EpisodeView key={episode.id} episode={episode} />
          ))}
        </div>
      )}
    </Fetched>
  );
}
