import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useConsults } from '../../api/consults';
import type { ConsultSummary } from '../../api/types';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { PatientLine, StateTag, UrgencyTag } from '../../parts/Tags';
import { Countdown } from '../../ui/Countdown';
import { dateAndTime } from '../../ui/dates';
import { useHotkeys } from '../../ui/hotkeys';
import { type Group, grouped } from './groups';

const ORDER: readonly Group[] = ['needsMe', 'running', 'finished'];

function ConsultCard({ consult }: { readonly consult: ConsultSummary }) {
  const { t, i18n } = useTranslation();
  const due =
    consult.state === 'offered' ? consult.deadlines.breach_at : consult.deadlines.acknowledge_due_at;
  const { institution_name, name } = consult.department;
  return (
    <li>
      <Link className="consult-card" to={`/consults/${consult.id}`} data-testid="consult-card">
        <span className="row between">
          <PatientLine patient={consult.patient} />
          <StateTag state={consult.state} />
        </span>
        <span className="question">{t('request.home.ask', { question: consult.question })}</span>
        <span className="row between quiet">
          <span>
            <UrgencyTag urgency={consult.urgency} />{' '}
            {t('request.home.to', { institution: institution_name, department: name })}
          </span>
          {due ? <Countdown until={due} /> : <span>{dateAndTime(consult.created_at, i18n.language)}</span>}
        </span>
      </Link>
    </li>
  );
}

function Groups({ consults }: { readonly consults: readonly ConsultSummary[] }) {
  const { t } = useTranslation();
  if (consults.length === 0) {
    return <EmptyState title={t('request.home.none')} hint={t('request.home.noneHint')} />;
  }
  const groups = grouped(consults);
  return ORDER.filter((group) => groups[group].length > 0).map((group) => (
    <section key={group}>
      <h2>
        {t(`request.home.${group}`)} <span className="count">{groups[group].length}</span>
      </h2>
      <ul className="cards">
        {groups[group].map((consult) => (
          <ConsultCard key={consult.id} consult={consult} />
        ))}
      </ul>
    </section>
  ));
}

/** The township doctor's first page. */
export default function RequestHome() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useConsults('mine');
  const begin = () => void navigate('/requests/new');
  useHotkeys([{ key: 'n', label: t('request.home.new'), run: begin }]);
  return (
    <>
      <div className="row between">
        <h1>{t('request.home.title')}</h1>
        <Button type="primary" size="large" onClick={begin}>
          {t('request.home.new')} <kbd>N</kbd>
        </Button>
      </div>
      <Fetched query={query}>{(consults) => <Groups consults={consults} />}</Fetched>
    </>
  );
}
