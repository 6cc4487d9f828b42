import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useReferral } from '../../api/referrals';
import type { Referral } from '../../api/types';
import { Fetched } from '../../parts/Fetched';
import { PatientLine } from '../../parts/Tags';
import { Countdown } from '../../ui/Countdown';
import { dateAndTime } from '../../ui/dates';
import { ReferralActions } from './ReferralActions';
import { PriorityTag, ReferralStateTag } from './ReferralTags';

function Reception({ referral }: { readonly referral: Referral }) {
  const { t, i18n } = useTranslation();
  const { reception, decline_reason, alternative } = referral;
  if (decline_reason) {
    return (
      <section className="card callout">
        <p>{t('referral.declinedWith', { reason: decline_reason })}</p>
        {alternative && <p>{t('referral.alternative', { alternative })}</p>}
      </section>
    );
  }
  if (!reception) return null;
  const { contact_name, contact_phone, slot_at, bed } = reception;
  return (
    <section className="card good" aria-label={t('referral.reception.title')} data-testid="reception">
      <h2>{t('referral.reception.title')}</h2>
      <p>{t('referral.reception.contact', { name: contact_name, phone: contact_phone })}</p>
      {bed && (
        <p className={bed.status === 'expired' ? 'bad' : ''}>
          {t(`referral.reception.bedIs.${bed.status}`, {
            department: bed.department_name,
            time: dateAndTime(bed.held_until, i18n.language),
          })}
        </p>
      )}
      {slot_at && <p>{t('referral.reception.slot', { time: dateAndTime(slot_at, i18n.language) })}</p>}
    </section>
  );
}

const SAID = ['vehicle', 'escort', 'instructions', 'rehabilitation'] as const;

/** What both sides said: who sends, how the patient travels, what to do once they are back. */
function Particulars({ referral }: { readonly referral: Referral }) {
  const { t, i18n } = useTranslation();
  const { origin_contact: contact, transport, expected_at } = referral;
  const said = SAID.filter((part) => referral[part]);
  if (!contact && !transport && said.length === 0) return null;
  return (
    <section className="card stack">
      {contact && <p>{t('referral.originContact', { name: contact.name, phone: contact.phone ?? '' })}</p>}
      {transport && (
        <p>
          {t(`referral.transport.meansOf.${transport}`)}
          {expected_at && `　${t('referral.eta', { time: dateAndTime(expected_at, i18n.language) })}`}
        </p>
      )}
      <dl className="report-text">
        {said.map((part) => (
          <div key={part}>
            <dt>
              {t(part === 'vehicle' || part === 'escort' ? `referral.transport.${part}` : `referral.${part}`)}
            </dt>
            <dd>{referral[part]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const CLOCKS = [
  ['respond_at', 'respondBy'],
  ['overdue_at', 'overdue'],
  ['back_report_at', 'backReport'],
] as const;

function Clocks({ deadlines }: Pick<Referral, 'deadlines'>) {
  const { t } = useTranslation();
  if (CLOCKS.every(([name]) => !deadlines[name])) return null;
  return (
    <dl className="clocks card">
      {CLOCKS.map(([name, label]) => {
        const at = deadlines[name];
        return (
          at && (
            <div key={name}>
              <dt>{t(`referral.${label}`)}</dt>
              <dd>
                <Countdown until={at} />
              </dd>
            </div>
          )
        );
      })}
    </dl>
  );
}

function ReferralHistory({ history }: Pick<Referral, 'history'>) {
  const { t, i18n } = useTranslation();
  return (
    <section className="card">
      <h2>{t('referral.history')}</h2>
      <ol className="timeline">
        {history.map((entry) => (
          <li key={`${entry.at} ${entry.event}`}>
            <time dateTime={entry.at}>{dateAndTime(entry.at, i18n.language)}</time>
            <span>
              <strong>{t(`referral.event.${entry.event}`)}</strong>{' '}
              <span className="quiet">{entry.by.name}</span>
              {entry.note && <span className="note-text">“{entry.note}”</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function ReferralView({ referral }: { readonly referral: Referral }) {
  const { t } = useTranslation();
  const { requester, to_department, patient } = referral;
  return (
    <div className="consult-columns">
      <div className="stack">
        <section className="card stack">
          <div className="row between">
            <ReferralStateTag state={referral.state} />
            <PriorityTag priority={referral.priority} />
          </div>
          <p className="case-question">{referral.reason}</p>
          <PatientLine patient={patient} />
          <p className="pre">{referral.summary}</p>
          <p className="quiet">
            {t('referral.from', { institution: requester.institution_name, name: requester.name })} →{' '}
            {t('referral.to', {
              institution: to_department.institution_name,
              department: to_department.name,
            })}
          </p>
          <div className="row">
            <Link to={`/patients/${patient.id}`}>{t('referral.record')}</Link>
            {referral.consult_id && (
              <Link to={`/consults/${referral.consult_id}`}>{t('referral.consult')}</Link>
            )}
          </div>
          <ReferralActions referral={referral} />
        </section>
        <Reception referral={referral} />
        <Particulars referral={referral} />
      </div>
      <div className="stack">
        <Clocks deadlines={referral.deadlines} />
        <ReferralHistory history={referral.history} />
      </div>
    </div>
  );
}

export default function ReferralPage() {
  const { referralId = '' } = useParams();
  const query = useReferral(referralId);
  return <Fetched query={query}>{(referral) => <ReferralView referral={referral} />}</Fetched>;
}
