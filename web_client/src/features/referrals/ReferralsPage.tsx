import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useReferrals } from '../../api/referrals';
import { activeMembership, useMe } from '../../api/session';
import type { ReferralSummary } from '../../api/types';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { PatientLine } from '../../parts/Tags';
import { Countdown } from '../../ui/Countdown';
import { PriorityTag, ReferralStateTag } from './ReferralTags';

type View = 'incoming' | 'outgoing';

const VIEWS: readonly View[] = ['incoming', 'outgoing'];

function ReferralCard({ referral }: { readonly referral: ReferralSummary }) {
  const { t } = useTranslation();
  const { requester, to_department, deadlines } = referral;
  const due = deadlines.respond_at ?? deadlines.overdue_at ?? deadlines.back_report_at;
  return (
    <li>
      <Link className="consult-card" to={`/referrals/${referral.id}`} data-testid="referral-row">
        <span className="row between">
          <span>
            <PriorityTag priority={referral.priority} /> <PatientLine patient={referral.patient} />
          </span>
          <ReferralStateTag state={referral.state} />
        </span>
        <span className="question">{referral.reason}</span>
        <span className="row between quiet">
          <span>
            {t('referral.from', { institution: requester.institution_name, name: requester.name })} →{' '}
            {t('referral.to', {
              institution: to_department.institution_name,
              department: to_department.name,
            })}
          </span>
          {due && <Countdown until={due} />}
        </span>
      </Link>
    </li>
  );
}

/** Doctors at the grass roots send, hospitals receive; both may look at either. */
function useView() {
  const { data: me } = useMe();
  const role = me ? activeMembership(me)?.role : undefined;
  const [chosen, setChosen] = useState<View | null>(null);
  const natural: View = role === 'township_doctor' || role === 'village_doctor' ? 'outgoing' : 'incoming';
  return { view: chosen ?? natural, setView: setChosen };
}

const REFERRING: ReadonlySet<string> = new Set([
  'township_doctor',
  'village_doctor',
  'specialist',
  'director',
]);

function NewReferral() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const role = me ? (activeMembership(me)?.role ?? '') : '';
  return REFERRING.has(role) ? <Link to="/referrals/new">{t('referral.begin')}</Link> : null;
}

export default function ReferralsPage() {
  const { t } = useTranslation();
  const { view, setView } = useView();
  const query = useReferrals(view);
  return (
    <>
      <div className="row between">
        <h1>{t('referral.title')}</h1>
        <NewReferral />
        <div className="tabs" role="tablist">
          {VIEWS.map((each) => (
            <button
              key={each}
              type="button"
              role="tab"
              aria-selected={view === each}
              onClick={() => setView(each)}
            >
              {t(`referral.${each}`)}
            </button>
          ))}
        </div>
      </div>
      <Fetched query={query}>
        {(referrals) =>
          referrals.length === 0 ? (
            <EmptyState title={t('referral.none')} hint={t('referral.noneHint')} />
          ) : (
            <ul className="cards">
              {referrals.map((referral) => (
                <ReferralCard key={referral.id} referral={referral} />
              ))}
            </ul>
          )
        }
      </Fetched>
    </>
  );
}
