import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useConsult } from '../api/consults';
import type { Consult } from '../api/types';
import { Experts } from '../features/experts/Experts';
import { Routing } from '../features/experts/Routing';
import { Meeting } from '../features/meeting/Meeting';
import { ReferralAction } from '../features/referrals/ReferralAction';
import { Acknowledging } from '../features/report/Acknowledging';
import { Correcting } from '../features/report/Correcting';
import { Reports } from '../features/report/Reports';
import { MoreImages } from '../features/request/MoreImages';
import { RingStatus } from '../features/request/RingStatus';
import { CaseSummary } from '../parts/CaseSummary';
import { ConsultActions } from '../parts/ConsultActions';
import { Fetched } from '../parts/Fetched';
import { History } from '../parts/History';
import { StudyThumbs } from '../parts/StudyThumbs';
import { StateTag } from '../parts/Tags';

const IMAGES_STILL_TAKEN = new Set<Consult['state']>([
  'draft',
  'submitted',
  'offered',
  'info_needed',
  'accepted',
  'scheduled',
  'answering',
  'in_session',
  'interrupted',
  'awaiting_report',
]);

function Opinion({ consult }: { readonly consult: Consult }) {
  const isRequester = consult.my_roles.includes('requester');
  return (
    <>
      {consult.reports.length > 0 && <Reports consult={consult} />}
      <Correcting consult={consult} />
      {isRequester && <Acknowledging consult={consult} />}
      {isRequester && consult.reports.length > 0 && <ReferralAction consult={consult} />}
    </>
  );
}

function ConsultView({ consult }: { readonly consult: Consult }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isRequester = consult.my_roles.includes('requester');
  const canRead =
    consult.my_roles.some((role) => role === 'specialist' || role === 'expert') || consult.can_meet;
  return (
    <div className="consult-columns">
      <h1 className="visually-hidden">{t('consult.title', { name: consult.patient.name })}</h1>
      <div className="stack">
        <section className="card stack">
          <div className="row between">
            <StateTag state={consult.state} />
            {canRead && (
              <Button
                type="primary"
                size="large"
                onClick={() => void navigate(`/consults/${consult.id}/room`)}
              >
                {t(consult.can_meet ? 'consult.enterRoom' : 'consult.openRoom')}
              </Button>
            )}
          </div>
          <CaseSummary consult={consult} />
          <ConsultActions consult={consult} />
          <Routing consult={consult} />
        </section>
        <Opinion consult={consult} />
        <section className="card stack">
          <h2>{t('consult.studies')}</h2>
          <StudyThumbs studies={consult.studies} />
          {isRequester && IMAGES_STILL_TAKEN.has(consult.state) && <MoreImages consultId={consult.id} />}
        </section>
      </div>
      <div className="stack">
        <RingStatus consult={consult} />
        <Meeting consult={consult} />
        <Experts consult={consult} />
        <section className="card">
          <h2>{t('consult.history')}</h2>
          <History history={consult.history} />
        </section>
      </div>
    </div>
  );
}

/** One consult, from the first ring to the adopted opinion, for everybody who takes part. */
export default function ConsultPage() {
  const { consultId = '' } = useParams();
  const query = useConsult(consultId);
  return <Fetched query={query}>{(consult) => <ConsultView consult={consult} />}</Fetched>;
}
