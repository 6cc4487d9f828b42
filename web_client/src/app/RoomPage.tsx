import { ConfigProvider } from 'antd';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useConsult } from '../api/consults';
import { useMe } from '../api/session';
import type { Consult } from '../api/types';
import { LineBanner } from '../features/room/LineBanner';
import { useRoom } from '../features/room/useRoom';
import type { Sharing } from '../features/viewer/sharing';
import { Fetched, Loading } from '../parts/Fetched';
import { StateTag } from '../parts/Tags';
import { useHotkeys } from '../ui/hotkeys';
import { CallColumn } from './CallColumn';
import { CaseColumn } from './CaseColumn';
import { darkTheme } from './theme';

const ViewerPane = lazy(() => import('../features/viewer/ViewerPane'));
const KeysHelp = lazy(() => import('../ui/KeysHelp'));

type Room = ReturnType<typeof useRoom>;

/** What the viewer needs to know of the room; null while nobody sits in it. */
function useSharing({ store, stay }: Room, presentsFirst: boolean): Sharing | null {
  const { meId, session } = stay;
  const { viewing, participants } = stay.room;
  const isInside =
    meId !== null && (session.phase === 'live' || session.phase === 'dropped' || session.phase === 'opening');
  const isLive = session.phase === 'live';
  const nameOf = useCallback(
    (id: string) => participants.find(({ participant_id }) => participant_id === id)?.name ?? '',
    [participants],
  );
  return useMemo(
    () =>
      isInside
        ? {
            meId,
            view: viewing,
            isLive,
            presentsFirst,
            nameOf,
            send: (message) => store.send(message),
            sendPointer: (pointer) => store.sendPointer(pointer),
          }
        : null,
    [isInside, meId, viewing, isLive, presentsFirst, nameOf, store],
  );
}

function useDarkPage(): void {
  useEffect(() => {
    document.documentElement.classList.add('dark');
    return () => document.documentElement.classList.remove('dark');
  }, []);
}

function useKeysHelp() {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  useHotkeys([{ key: '?', label: t('ui.keysShow'), run: () => setIsOpen(true) }]);
  return { isOpen, hide: () => setIsOpen(false), show: () => setIsOpen(true) };
}

function ConsultRoom({ consult, name }: { readonly consult: Consult; readonly name: string }) {
  const { t } = useTranslation();
  const room = useRoom(consult.id);
  const isSpecialist = consult.my_roles.includes('specialist');
  const sharing = useSharing(room, isSpecialist);
  const help = useKeysHelp();
  return (
    <div className="room">
      <header className="room-bar">
        <Link to={`/consults/${consult.id}`}>‹ {t('room.back')}</Link>
        <StateTag state={consult.state} />
        <LineBanner {...room} />
        <button type="button" className="plain" aria-label={t('shell.keys')} onClick={help.show}>
          ?
        </button>
      </header>
      <CaseColumn consult={consult} isSpecialist={isSpecialist} />
      <main className="room-films">
        <Suspense fallback={<Loading />}>
          <ViewerPane studies={consult.studies} sharing={sharing} />
        </Suspense>
      </main>
      <CallColumn consult={consult} room={room} name={name} />
      <Suspense fallback={null}>{help.isOpen && <KeysHelp open onClose={help.hide} />}</Suspense>
    </div>
  );
}

/** The consult's room and reading room in one: the question, the images, the people. */
export default function RoomPage() {
  const { consultId = '' } = useParams();
  const query = useConsult(consultId);
  const { data: me } = useMe();
  useDarkPage();
  return (
    <ConfigProvider theme={darkTheme}>
      <Fetched query={query}>{(consult) => <ConsultRoom consult={consult} name={me?.name ?? ''} />}</Fetched>
    </ConfigProvider>
  );
}
