import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetter, DeadLetterState, SubscriberName } from '../../api/types';
import { useDeadLetters, useRetryLetters, useSetLetterAside } from '../../api/writeBack';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { TextDialog } from '../../parts/TextDialog';
import { LetterDialog } from './LetterDialog';
import { LetterRow } from './LetterRow';

type Opened = { readonly letter: DeadLetter; readonly what: 'page' | 'setAside' } | null;

function SetAsideDialog({ letter, onClose }: { readonly letter: DeadLetter; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const setAside = useSetLetterAside();
  return (
    <TextDialog
      title={t('writeBack.setAsideTitle')}
      label={t('writeBack.setAsideReason')}
      okText={t('writeBack.setAside')}
      error={setAside.error}
      isPending={setAside.isPending}
      onSend={(reason) => setAside.mutate({ letter, reason }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

interface Props {
  readonly subscriber: SubscriberName;
  readonly state: DeadLetterState;
}

/** A subscriber's dead letters, or what was set aside. */
export function DeadLetters({ subscriber, state }: Props) {
  const { t } = useTranslation();
  const query = useDeadLetters(subscriber, state);
  const retryAll = useRetryLetters();
  const [opened, setOpened] = useState<Opened>(null);
  const close = () => setOpened(null);
  return (
    <>
      <ProblemNotice error={retryAll.error} />
      <Fetched query={query}>
        {(letters) =>
          letters.length === 0 ? (
            <EmptyState title={t(`writeBack.none.${state}`)} />
          ) : (
            <div className="stack">
              {state === 'parked' && (
                <div>
                  <Button loading={retryAll.isPending} onClick={() => retryAll.mutate(subscriber)}>
                    {t('writeBack.retryAll')}
                  </Button>
                </div>
              )}
              <ul className="cards">
                {letters.map((letter) => (
                  <LetterRow
                    key={letter.event_id}
                    letter={letter}
                    onOpen={() => setOpened({ letter, what: 'page' })}
                    onSetAside={() => setOpened({ letter, what: 'setAside' })}
                  />
                ))}
              </ul>
            </div>
          )
        }
      </Fetched>
      {opened?.what === 'page' && <LetterDialog letter={opened.letter} onClose={close} />}
      {opened?.what === 'setAside' && <SetAsideDialog letter={opened.letter} onClose={close} />}
    </>
  );
}
