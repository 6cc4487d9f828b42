import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useConsult } from '../api/consults';
import { Experts } from '../features/experts/Experts';
import { Routing } from '../features/experts/Routing';
import { Meeting } from '../features/meeting/Meeting';
import { WorklistPage } from '../features/worklist/WorklistPage';
import { CaseSummary } from '../parts/CaseSummary';
import { ConsultActions } from '../parts/ConsultActions';
import { Fetched } from '../parts/Fetched';
import { StudyThumbs } from '../parts/StudyThumbs';

function Preview({ consultId }: { readonly consultId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useConsult(consultId);
  const enter = () => void navigate(`/consults/${consultId}/room`);
  return (
    <Fetched query={query}>
      {(consult) => (
        <div className="stack">
          <CaseSummary consult={consult} />
          <StudyThumbs studies={consult.studies} />
          <ConsultActions consult={consult} onAccepted={enter} />
          <Routing consult={consult} />
          <Meeting consult={consult} />
          {consult.invitations.length > 0 && <Experts consult={consult} />}
          {consult.my_roles.some((role) => role === 'specialist' || role === 'expert') && (
            <Button type="primary" onClick={enter}>
              {t('worklist.open')} <kbd>Enter</kbd>
            </Button>
          )}
        </div>
      )}
    </Fetched>
  );
}

export default function WorklistRoute() {
  return <WorklistPage preview={(consultId) => <Preview key={consultId} consultId={consultId} />} />;
}
