import { Button } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listDevices } from './call/devices';
import type { RoomStore, Stay } from './roomStore';
import { Video } from './Video';

interface Props {
  readonly store: RoomStore;
  readonly stay: Stay;
}

/** How loud the microphone is, 0 to 1, ten times a second. */
function useLevel(track: MediaStreamTrack | null): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (!track) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    const timer = window.setInterval(() => {
      analyser.getByteTimeDomainData(samples);
      const peak = samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample - 128)), 0);
      setLevel(Math.min(1, peak / 64));
    }, 100);
    return () => {
      window.clearInterval(timer);
      void context.close();
    };
  }, [track]);
  return track ? level : 0;
}

function useDeviceList(kind: 'audioinput' | 'videoinput', isOpen: boolean): MediaDeviceInfo[] {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const refresh = useCallback(() => {
    if (navigator.mediaDevices) void listDevices(kind).then(setDevices);
  }, [kind]);
  useEffect(() => {
    if (!isOpen) return;
    refresh();
    navigator.mediaDevices?.addEventListener('devicechange', refresh);
    return () => navigator.mediaDevices?.removeEventListener('devicechange', refresh);
  }, [isOpen, refresh]);
  return devices;
}

interface PickProps {
  readonly kind: 'audioinput' | 'videoinput';
  readonly current: MediaStreamTrack | null;
  readonly onPick: (deviceId: string) => void;
}

/** Another camera or microphone, also in a call. */
export function DevicePick({ kind, current, onPick }: PickProps) {
  const { t } = useTranslation();
  const devices = useDeviceList(kind, current !== null);
  if (devices.length < 2 || !current) return null;
  return (
    <select
      aria-label={t(`room.device.${kind}`)}
      value={current.getSettings().deviceId ?? ''}
      onChange={(event) => onPick(event.target.value)}
    >
      {devices.map(({ deviceId, label }) => (
        <option key={deviceId} value={deviceId}>
          {label}
        </option>
      ))}
    </select>
  );
}

function useDevicesAtOnce({ store, stay }: Props) {
  const hasAsked = useRef(false);
  useEffect(() => {
    if (hasAsked.current) return;
    hasAsked.current = true;
    void store.setCamera(true);
    void store.setMicrophone(true);
  }, [store]);
  return useLevel(stay.microphone);
}

/** Sees and hears oneself before anybody else does. */
export function PreCall({ store, stay }: Props) {
  const { t } = useTranslation();
  const level = useDevicesAtOnce({ store, stay });
  const { camera, microphone, fault } = stay;
  return (
    <section className="precall" aria-label={t('room.precall.title')}>
      <h2>{t('room.precall.title')}</h2>
      <div className="tile" data-testid="tile-preview">
        {camera ? <Video track={camera} isMirrored /> : <p className="tile-off">{t('room.cameraOff')}</p>}
      </div>
      <div className="row wrap">
        <Button aria-pressed={camera !== null} onClick={() => void store.setCamera(camera === null)}>
          {t(camera ? 'room.cameraStop' : 'room.cameraStart')}
        </Button>
        <Button
          aria-pressed={microphone !== null}
          onClick={() => void store.setMicrophone(microphone === null)}
        >
          {t(microphone ? 'room.microphoneStop' : 'room.microphoneStart')}
        </Button>
      </div>
      {microphone && (
        <label className="meter-line">
          {t('room.precall.speak')}
          <meter min={0} max={1} value={level} />
        </label>
      )}
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
      <Button type="primary" size="large" block onClick={() => store.join()}>
        {t('room.precall.join')}
      </Button>
      <p className="quiet">{t('room.precall.without')}</p>
    </section>
  );
}
