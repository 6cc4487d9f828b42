import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SubscriberName } from '../../api/types';
import { useWriteBack } from '../../api/writeBack';
import { Fetched } from '../../parts/Fetched';
import { DeadLetters } from './DeadLetters';
import { Mismatches } from './Mismatches';
import { Regulator } from './Regulator';
import { Standing } from './Standing';
import '../../locales/later';

interface Chosen {
  readonly subscriber: SubscriberName;
  readonly list: List;
}

const LISTS = ['parked', 'mismatches', 'set_aside'] as const;
type List = (typeof LISTS)[number];

/** Where the write-back stands, and what only a human can put right. */
export default function WriteBackPage() {
  const { t } = useTranslation();
  const query = useWriteBack();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  return (
    <Fetched query={query}>
      {({ subscribers, regulator, regulator_waiting }) => {
        const troubled = subscribers.find((one) => one.dead_letters > 0) ?? subscribers[0];
        const { subscriber, list } = chosen ?? { subscriber: troubled?.name, list: 'parked' as const };
        return (
          <div className="stack">
            <h1>{t('writeBack.title')}</h1>
            <p className="quiet">{t('writeBack.hint')}</p>
            <div className="subscribers">
              {subscribers.map((one) => (
                <Standing
                  key={one.name}
                  subscriber={one}
                  isChosen={one.name === subscriber}
                  onChoose={() => setChosen({ subscriber: one.name, list: 'parked' })}
                />
              ))}
              <Regulator feed={regulator} waiting={regulator_waiting} />
            </div>
            {subscriber && (
              <>
                <div className="tabs" role="tablist">
                  {LISTS.map((each) => (
                    <button
                      key={each}
                      type="button"
                      role="tab"
                      aria-selected={list === each}
                      onClick={() => setChosen({ subscriber, list: each })}
                    >
                      {t(`writeBack.list.${each}`)}
                    </button>
                  ))}
                </div>
                {list === 'mismatches' ? (
                  <Mismatches subscriber={subscriber} />
                ) : (
                  <DeadLetters subscriber={subscriber} state={list} />
                )}
              </>
            )}
          </div>
        );
      }}
    </Fetched>
  );
}
