import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import type { DeadLetter, DeadLetterPage } from '../../api/types';
import { useDeadLetter } from '../../api/writeBack';
import { Fetched } from '../../parts/Fetched';
import { dateAndTime } from '../../ui/dates';
import { useCauseText } from './useCauseText';
import { useLetterTitle } from './useLetterTitle';

function Findings({ findings }: Pick<DeadLetterPage, 'findings'>) {
  const { t } = useTranslation();
  if (findings.length === 0) return <p className="quiet">{t('writeBack.noFindings')}</p>;
  return (
    <ul className="findings">
      {findings.map((finding, position) => (
        // The same finding may come twice, so that only its place tells them apart.
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
        <li key={position}>
          <code>
            {finding.severity} {[finding.code, ...finding.detail_codes].join(' ')}
          </code>
          {finding.places.map((place) => (
            <code key={place} className="block breaks">
              {place}
            </code>
          ))}
        </li>
      ))}
    </ul>
  );
}

function Sent({ resources }: Pick<DeadLetterPage, 'resources'>) {
  const { t } = useTranslation();
  if (resources.length === 0) return <p className="quiet">{t('writeBack.nothingSent')}</p>;
  return (
    <ol start={0} className="sent">
      {resources.map((resource) => (
        <li key={resource.position}>
          {resource.resource_type} <code className="quiet breaks">{resource.resource_id}</code>
        </li>
      ))}
    </ol>
  );
}

interface Props {
  readonly letter: DeadLetter;
  readonly onClose: () => void;
}

/** What was sent and how it was refused: codes and places, never a value. */
export function LetterDialog({ letter, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const query = useDeadLetter(letter);
  const title = useLetterTitle();
  const { why, next } = useCauseText()(letter.cause, letter.status);
  return (
    <Modal open title={title(letter)} footer={null} onCancel={onClose} width={720}>
      <div className="stack">
        <p>{why}</p>
        <p className="quiet">{next}</p>
        <p className="quiet">
          {t('writeBack.written', { time: dateAndTime(letter.created_at, i18n.language) })} ·{' '}
          <code>{letter.event_id}</code>
        </p>
        <Fetched query={query}>
          {(page) => (
            <>
              <h3>{t('writeBack.outcome')}</h3>
              <Findings findings={page.findings} />
              <p className="quiet">{t('writeBack.textsLeftOut')}</p>
              <h3>{t('writeBack.sent')}</h3>
              <Sent resources={page.resources} />
            </>
          )}
        </Fetched>
      </div>
    </Modal>
  );
}
