import { useTranslation } from 'react-i18next';
import type { Consult, ConsultOffer } from '../../api/types';
import { Countdown } from '../../ui/Countdown';
import { clockTime } from '../../ui/dates';

/** One touch rings on a phone; elsewhere the number is there to be dialled. */
function PhoneCall({ phone }: Pick<ConsultOffer, 'phone'>) {
  const { t } = useTranslation();
  if (!phone) return <span className="tag urgency-emergent">{t('consult.status.phone')}</span>;
  return (
    <a className="tag urgency-emergent" data-testid="phone-call" href={`tel:${phone}`}>
      {t('consult.status.phoneNumber', { phone })}
    </a>
  );
}

function Offer({ offer }: { readonly offer: ConsultOffer }) {
  const { t, i18n } = useTranslation();
  return (
    <li className={`offer ${offer.status}`} data-testid="offer">
      <span className="dot" aria-hidden />
      <span className="quiet">
        {offer.called_by
          ? t('consult.status.calledBy', { name: offer.called_by.name })
          : offer.is_director
            ? t('consult.status.director')
            : t('consult.status.tier', { tier: offer.tier })}
      </span>
      <strong>{offer.person.name}</strong>
      <span>{t(`consult.status.offer.${offer.status}`)}</span>
      <span className="quiet">{clockTime(offer.answered_at ?? offer.offered_at, i18n.language)}</span>
      {offer.by_phone && offer.status === 'ringing' && <PhoneCall phone={offer.phone} />}
      {offer.reason && <span className="quiet">“{offer.reason}”</span>}
    </li>
  );
}

const CLOCKS = [
  ['escalate_at', 'escalate'],
  ['breach_at', 'breach'],
  ['report_due_at', 'reportDue'],
  ['acknowledge_due_at', 'acknowledgeDue'],
] as const;

function Clocks({ deadlines }: Pick<Consult, 'deadlines'>) {
  const { t } = useTranslation();
  return (
    <dl className="clocks">
      {CLOCKS.map(([name, label]) => {
        const at = deadlines[name];
        return (
          at && (
            <div key={name} data-testid={`deadline-${label}`}>
              <dt>{t(`consult.status.${label}`)}</dt>
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

/** Who is being rung, on which rung of the ladder, and how long until the next. */
export function RingStatus({ consult }: { readonly consult: Consult }) {
  const { t } = useTranslation();
  const { specialist, state } = consult;
  const asked = consult.history.findLast((entry) => entry.event === 'ask_back');
  return (
    <section className="card stack" aria-label={t('consult.status.title')} aria-live="polite">
      <h2>{t('consult.status.title')}</h2>
      {state === 'draft' && <p>{t('consult.status.draft')}</p>}
      {specialist && (
        <p className="good">
          {t('consult.status.acceptedBy', {
            name: specialist.name,
            department: specialist.department_name ?? '',
          })}
        </p>
      )}
      {state === 'info_needed' && asked?.note && (
        <p className="callout">
          {t('consult.status.infoNeeded')} <strong>{asked.note}</strong>
        </p>
      )}
      <ul className="offers">
        {consult.offers.map((offer) => (
          <Offer key={`${offer.tier} ${offer.person.person_id} ${offer.offered_at}`} offer={offer} />
        ))}
      </ul>
      <Clocks deadlines={consult.deadlines} />
      {state === 'offered' && <p className="quiet">{t('consult.status.offeredHint')}</p>}
      {consult.can_meet && <p className="quiet">{t('consult.status.meet')}</p>}
    </section>
  );
}
