import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Episode } from '../../api/types';
import { StudyThumbs } from '../../parts/StudyThumbs';
import { StateTag, UrgencyTag } from '../../parts/Tags';
import { dateAndTime } from '../../ui/dates';
import { timelineOf } from './timeline';

function Consults({ episode }: { readonly episode: Episode }) {
  return episode.consults.map((consult) => (
    <Link
      key={consult.id}
      className="consult-card"
      to={`/consults/${consult.id}`}
      data-testid="episode-consult"
    >
      <span className="row between">
        <span className="question">
          <UrgencyTag urgency={consult.urgency} /> {consult.question}
        </span>
        <StateTag state={consult.state} />
      </span>
    </Link>
  ));
}

function ReportList({ episode }: { readonly episode: Episode }) {
  const { t, i18n } = useTranslation();
  if (episode.reports.length === 0) return <p className="quiet">{t('report.none')}</p>;
  return episode.reports.map((report) => (
    <Link
      key={report.id}
      className="consult-card"
      to={`/consults/${report.consult_id}`}
      data-testid="episode-report"
    >
      <span className="question">{report.assessment || report.findings}</span>
      <span>{report.advice}</span>
      <span className="quiet">
        {report.signed_by.name} · {dateAndTime(report.signed_at, i18n.language)}
      </span>
    </Link>
  ));
}

function Referrals({ episode }: { readonly episode: Episode }) {
  const { t } = useTranslation();
  if (episode.referrals.length === 0) return <p className="quiet">{t('referral.none')}</p>;
  return episode.referrals.map((referral) => (
    <Link
      key={referral.id}
      className="consult-card"
      to={`/referrals/${referral.id}`}
      data-testid="episode-referral"
    >
      <span className="row between">
        <span className="question">{referral.reason}</span>
        <span className="tag state" data-state={referral.state}>
          {t(`referral.state.${referral.state}`)}
        </span>
      </span>
      <span className="quiet">
        {t('referral.to', {
          institution: referral.to_department.institution_name,
          department: referral.to_department.name,
        })}
      </span>
    </Link>
  ));
}

function Timeline({ episode }: { readonly episode: Episode }) {
  const { t, i18n } = useTranslation();
  return (
    <ol className="timeline" aria-label={t('record.timeline')}>
      {timelineOf(episode).map(({ kind, id, at, text, address }) => {
        const words =
          kind === 'report' ? t('record.item.report', { name: text }) : t(`record.item.${kind}`, { text });
        return (
          <li key={`${kind} ${id}`}>
            <time dateTime={at}>{dateAndTime(at, i18n.language)}</time>
            {address ? <Link to={address}>{words}</Link> : <span>{words}</span>}
          </li>
        );
      })}
    </ol>
  );
}

/** One clinical story: what was asked, seen, answered and done. */
export function EpisodeView({ episode }: { readonly episode: Episode }) {
  const { t, i18n } = useTranslation();
  return (
    <article className="card episode" data-testid="episode">
      <h2>
        {t('record.episode')}{' '}
        <span className="quiet">
          {t('record.since', { time: dateAndTime(episode.started_at, i18n.language) })}
        </span>
      </h2>
      <div className="episode-columns">
        <div className="stack">
          <h3>{t('record.consults')}</h3>
          <Consults episode={episode} />
          <h3>{t('record.reports')}</h3>
          <ReportList episode={episode} />
          <h3>{t('record.images')}</h3>
          <StudyThumbs studies={episode.studies} />
          <h3>{t('record.referrals')}</h3>
          <Referrals episode={episode} />
        </div>
        <div>
          <h3>{t('record.timeline')}</h3>
          <Timeline episode={episode} />
        </div>
      </div>
    </article>
  );
}
