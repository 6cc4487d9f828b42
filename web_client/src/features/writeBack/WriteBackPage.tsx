import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetterState, SubscriberName } from '../../api/types';
import { useWriteBack } from '../../api/writeBack';
import { Fetched } from '../../parts/Fetched';
import { DeadLetters } from './DeadLetters';
import { Standing } from './Standing';

interface Chosen {
  readonly subscriber: SubscriberName;
  readonly state: DeadLetterState;
}

const STATES: readonly DeadLetterState[] = ['parked', 'set_aside'];

/** Where the write-back stands, and what only a human can put right. */
export default function WriteBackPage() {
  const { t } = useTranslation();
  const query = useWriteBack();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  return (
    <Fetched query={query}>
      {({ subscribers }) => {
        const troubled = subscribers.find((one) => one.dead_letters > 0) ?? subscribers[0];
        const { subscriber, state } = chosen ?? { subscriber: troubled?.name, state: 'parked' as const };
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
                  onChoose={() => setChosen({ subscriber: one.name, state: 'parked' })}
                />
              ))}
            </div>
            {subscriber && (
              <>
                <div className="tabs" role="tablist">
                  {STATES.map((each) => (
                    <button
                      key={each}
                      type="button"
                      role="tab"
                      aria-selected={state === each}
                      onClick={() => setChosen({ subscriber, state: each })}
                    >
                      {t(`writeBack.list.${each}`)}
                    </button>
                  ))}
                </div>
                <DeadLetters subscriber={subscriber} state={state} />
              </>
            )}
          </div>
        );
      }}
    </Fetched>
  );
}
