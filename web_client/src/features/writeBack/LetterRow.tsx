import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import type { DeadLetter } from '../../api/types';
import { useRetryLetter } from '../../api/writeBack';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { dateAndTime } from '../../ui/dates';
import { useCauseText } from './useCauseText';
import { useLetterTitle } from './useLetterTitle';

interface Props {
  readonly letter: DeadLetter;
  readonly onOpen: () => void;
  readonly onSetAside: () => void;
}

function Repairs({ letter, onOpen, onSetAside }: Props) {
  const { t } = useTranslation();
  const retry = useRetryLetter();
  return (
    <>
      <div className="row wrap">
        <Button
          type="primary"
          loading={retry.isPending}
          onClick={() => retry.mutate({ letter, overwrite: false })}
        >
          {t('writeBack.retry')}
        </Button>
        {letter.may_overwrite && (
          <Popconfirm
            title={t('writeBack.overwriteTitle')}
            description={t('writeBack.overwriteHint')}
            okText={t('writeBack.overwrite')}
            cancelText={t('ui.cancel')}
            onConfirm={() => retry.mutate({ letter, overwrite: true })}
          >
            <Button danger>{t('writeBack.overwrite')}</Button>
          </Popconfirm>
        )}
        <Button onClick={onOpen}>{t('writeBack.open')}</Button>
        <Button onClick={onSetAside}>{t('writeBack.setAside')}</Button>
      </div>
      <ProblemNotice error={retry.error} />
    </>
  );
}

/** What never arrived: which event, since when, why, and what holds it up or follows from it. */
export function LetterRow(props: Props) {
  const { letter, onOpen } = props;
  const { t, i18n } = useTranslation();
  const causeText = useCauseText();
  const title = useLetterTitle();
  const { why, next } = causeText(letter.cause, letter.status);
  return (
    <li className="card stack" data-testid="dead-letter" data-event={letter.event}>
      <div className="row between wrap">
        <strong>{title(letter)}</strong>
        {letter.parked_at && (
          <span className="quiet">
            {t('writeBack.since', { time: dateAndTime(letter.parked_at, i18n.language) })}
          </span>
        )}
      </div>
      <p>{why}</p>
      {letter.details && <code className="quiet breaks">{letter.details}</code>}
      {letter.note && <p>{t('writeBack.note', { note: letter.note })}</p>}
      {letter.state === 'parked' ? (
        <>
          <p className="quiet">
            {next} {t('writeBack.attempts', { count: letter.attempts })}
            {letter.held_up > 0 && ` ${t('writeBack.holdsUp', { count: letter.held_up })}`}
          </p>
          <Repairs {...props} />
        </>
      ) : (
        <div>
          <Button onClick={onOpen}>{t('writeBack.open')}</Button>
        </div>
      )}
    </li>
  );
}
