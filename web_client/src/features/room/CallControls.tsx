import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useHotkeys } from '../../ui/hotkeys';
import { DevicePick } from './PreCall';
import type { RoomStore, Stay } from './roomStore';

interface Props {
  readonly store: RoomStore;
  readonly stay: Stay;
  readonly onLeave: () => void;
}

export function CallControls({ store, stay, onLeave }: Props) {
  const { t } = useTranslation();
  const { camera, microphone, screen, isMuted, isHandRaised, fault } = stay;
  const isSilent = microphone === null || isMuted;
  const toggleSound = () => (microphone ? store.setMuted(!isMuted) : void store.setMicrophone(true));
  const toggleCamera = () => void store.setCamera(camera === null);
  useHotkeys([
    { key: 'm', label: t(isSilent ? 'room.unmute' : 'room.mute'), run: toggleSound },
    { key: 'c', label: t(camera ? 'room.cameraStop' : 'room.cameraStart'), run: toggleCamera },
    { key: 'h', label: t('room.hand'), run: () => store.setHandRaised(!isHandRaised) },
  ]);
  return (
    <div className="call-controls" role="toolbar" aria-label={t('room.controls')}>
      <Button aria-pressed={!isSilent} danger={isSilent} onClick={toggleSound}>
        {t(isSilent ? 'room.unmute' : 'room.mute')}
      </Button>
      <Button aria-pressed={camera !== null} onClick={toggleCamera}>
        {t(camera ? 'room.cameraStop' : 'room.cameraStart')}
      </Button>
      <Button aria-pressed={screen !== null} onClick={() => void store.setScreen(screen === null)}>
        {t(screen ? 'room.screenStop' : 'room.screenStart')}
      </Button>
      <Button aria-pressed={isHandRaised} onClick={() => store.setHandRaised(!isHandRaised)}>
        {t('room.hand')}
      </Button>
      <Button danger onClick={onLeave}>
        {t('room.leave')}
      </Button>
      <DevicePick kind="videoinput" current={camera} onPick={(id) => void store.setCamera(true, id)} />
      <DevicePick
        kind="audioinput"
        current={microphone}
        onPick={(id) => void store.setMicrophone(true, id)}
      />
      {fault && (
        <p className="callout" role="alert">
          {t(`room.fault.${fault}`)}
        </p>
      )}
    </div>
  );
}
