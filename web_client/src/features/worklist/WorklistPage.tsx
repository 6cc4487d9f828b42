import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useConsults } from '../../api/consults';
import type { ConsultSummary } from '../../api/types';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { useHotkeys } from '../../ui/hotkeys';
import { byTimeToBreach, moved } from './order';
import { useRinging } from './useRinging';
import { WorklistRow } from './WorklistRow';

interface Props {
  /** What is shown of the marked consult. */
  readonly preview: (consultId: string) => ReactNode;
}

function useMarked(consults: readonly ConsultSummary[]) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<string | null>(null);
  const ids = consults.map(({ id }) => id);
  const marked = chosen !== null && ids.includes(chosen) ? chosen : (ids[0] ?? null);
  const open = () => marked && void navigate(`/consults/${marked}/room`);
  useHotkeys([
    { key: 'j', label: t('worklist.next'), run: () => setChosen(moved(ids, marked, 1)) },
    { key: 'k', label: t('worklist.previous'), run: () => setChosen(moved(ids, marked, -1)) },
    { key: 'Enter', label: t('worklist.open'), run: open },
  ]);
  return { marked, setChosen };
}

function Rows({ consults, preview }: Props & { readonly consults: readonly ConsultSummary[] }) {
  const { t } = useTranslation();
  const { marked, setChosen } = useMarked(consults);
  const { isSoundOn, allow } = useRinging(consults);
  return (
    <>
      {!isSoundOn && (
        <div className="callout row between" role="status">
          {t('worklist.soundOff')} <Button onClick={() => void allow()}>{t('worklist.soundOn')}</Button>
        </div>
      )}
      {consults.length === 0 ? (
        <EmptyState title={t('worklist.none')} hint={t('worklist.noneHint')} />
      ) : (
        <div className="worklist">
          <ul className="worklist-rows" aria-label={t('worklist.title')}>
            {consults.map((consult) => (
              <WorklistRow
                key={consult.id}
                consult={consult}
                isMarked={consult.id === marked}
                onMark={() => setChosen(consult.id)}
              />
            ))}
          </ul>
          <div className="worklist-preview card">{marked && preview(marked)}</div>
        </div>
      )}
    </>
  );
}

/** The specialist's first page: one list, what runs out first on top. */
export function WorklistPage({ preview }: Props) {
  const { t } = useTranslation();
  const query = useConsults('worklist');
  return (
    <>
      <h1>{t('worklist.title')}</h1>
      <Fetched query={query}>
        {(consults) => <Rows consults={byTimeToBreach(consults)} preview={preview} />}
      </Fetched>
    </>
  );
}
