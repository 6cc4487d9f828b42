import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { BreakGlass } from '../../api/types';
import { PatientLine } from '../../parts/Tags';
import { Countdown } from '../../ui/Countdown';
import { dateAndTime } from '../../ui/dates';

interface Props {
  readonly glass: BreakGlass;
  readonly onJudge: () => void;
}

function Judgement({ glass, onJudge }: Props) {
  const { t, i18n } = useTranslation();
  if (glass.verdict && glass.reviewed_by && glass.reviewed_at) {
    const time = dateAndTime(glass.reviewed_at, i18n.language);
    return (
      <p data-testid="glass-verdict" data-verdict={glass.verdict}>
        <strong className={glass.verdict === 'justified' ? 'good' : 'bad'}>
          {t(`oversight.glass.verdict.${glass.verdict}`)}
        </strong>{' '}
        “{glass.note}”{' '}
        <span className="quiet">{t('oversight.glass.judgedBy', { name: glass.reviewed_by.name, time })}</span>
      </p>
    );
  }
  return (
    <div className="row between wrap">
      <span>
        {t('oversight.glass.due')} {dateAndTime(glass.review_due_at, i18n.language)}{' '}
        <Countdown until={glass.review_due_at} warnBelowMs={7_200_000} />
      </span>
      {glass.may_review ? (
        <Button type="primary" onClick={onJudge}>
          {t('oversight.glass.judge')}
        </Button>
      ) : (
        <span className="quiet">{t('oversight.glass.own')}</span>
      )}
    </div>
  );
}

/** Who looked at whom, when, and why; with the finding, or the way to it. */
export function GlassCard(props: Props) {
  const { t, i18n } = useTranslation();
  const { person, patient, reason, opened_at, ends_at, is_open, patient_institution_name } = props.glass;
  const place = [person.institution_name, person.department_name].filter(Boolean).join(' ');
  return (
    <li className="card stack" data-testid="glass-card">
      <dl className="facts">
        <div>
          <dt>{t('oversight.glass.who')}</dt>
          <dd>
            <strong>{person.name}</strong> {place}
          </dd>
        </div>
        <div>
          <dt>{t('oversight.glass.whose')}</dt>
          <dd>
            <PatientLine patient={patient} /> <span className="quiet">{patient_institution_name}</span>
          </dd>
        </div>
        <div>
          <dt>{t('oversight.glass.opened')}</dt>
          <dd>
            {dateAndTime(opened_at, i18n.language)} {t('oversight.glass.until')}{' '}
            {dateAndTime(ends_at, i18n.language)}{' '}
            {is_open && <span className="tag">{t('oversight.glass.stillOpen')}</span>}
          </dd>
        </div>
        <div>
          <dt>{t('oversight.glass.reason')}</dt>
          <dd>{reason}</dd>
        </div>
      </dl>
      <Judgement {...props} />
    </li>
  );
}
