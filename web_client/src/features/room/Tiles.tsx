import { useTranslation } from 'react-i18next';
import type { Participant, Quality, SubscribedTrack } from '../../signaling/messages';
import type { Stay } from './roomStore';
import { Sound, Video } from './Video';

function QualityMark({ quality }: { readonly quality: Quality }) {
  const { t } = useTranslation();
  return (
    <span
      className={`quality ${quality}`}
      role="img"
      aria-label={t(`room.quality.${quality}`)}
      title={t(`room.quality.${quality}`)}
      data-testid="quality"
      data-quality={quality}
    />
  );
}

interface CaptionProps {
  readonly name: string;
  readonly quality: Quality;
  readonly isMuted: boolean;
  readonly isHandRaised: boolean;
}

function Caption({ name, quality, isMuted, isHandRaised }: CaptionProps) {
  const { t } = useTranslation();
  return (
    <figcaption>
      <QualityMark quality={quality} />
      <span>{name}</span>
      {isMuted && <span className="tile-mark">{t('room.muted')}</span>}
      {isHandRaised && <span className="tile-mark raised">{t('room.handRaised')}</span>}
    </figcaption>
  );
}

function LocalTile({ stay, name }: { readonly stay: Stay; readonly name: string }) {
  const { t } = useTranslation();
  const { camera, microphone, isMuted, isHandRaised, quality, framesSent } = stay;
  return (
    <figure className="tile" data-testid="tile-local" data-frames-sent={framesSent}>
      {camera ? <Video track={camera} isMirrored /> : <p className="tile-off">{t('room.cameraOff')}</p>}
      <Caption
        name={t('room.me', { name })}
        quality={quality}
        isMuted={!microphone || isMuted}
        isHandRaised={isHandRaised}
      />
    </figure>
  );
}

interface RemoteProps {
  readonly stay: Stay;
  readonly participant: Participant;
}

function PictureOf({ stay, track }: { readonly stay: Stay; readonly track: SubscribedTrack | undefined }) {
  const { t } = useTranslation();
  const media = track && stay.received.get(track.mid);
  return media ? <Video track={media} /> : <p className="tile-off">{t('room.noPicture')}</p>;
}

function RemoteTile({ stay, participant }: RemoteProps) {
  const { t } = useTranslation();
  const { participant_id, name, quality, microphone_on, camera_on, hand_raised, presence } = participant;
  const own = stay.room.tracks.filter((track) => track.participant_id === participant_id);
  const camera = own.find((track) => track.purpose === 'camera');
  const voice = own.find((track) => track.purpose === 'microphone');
  const sound = voice && stay.received.get(voice.mid);
  return (
    <figure
      className={`tile ${presence}`}
      data-testid="tile-remote"
      data-participant={participant_id}
      data-frames-decoded={camera ? (stay.framesDecoded.get(camera.mid) ?? 0) : 0}
    >
      {camera_on ? (
        <PictureOf stay={stay} track={camera} />
      ) : (
        <p className="tile-off">{t('room.theirCameraOff', { name })}</p>
      )}
      {presence === 'dropped' && <p className="tile-dropped">{t('room.dropped')}</p>}
      {sound && <Sound track={sound} />}
      <Caption name={name} quality={quality} isMuted={!microphone_on} isHandRaised={hand_raised} />
    </figure>
  );
}

function ScreenTile({ stay, track }: { readonly stay: Stay; readonly track: SubscribedTrack }) {
  const { t } = useTranslation();
  const owner = stay.room.participants.find((known) => known.participant_id === track.participant_id);
  return (
    <figure
      className="tile wide"
      data-testid="tile-screen"
      data-frames-decoded={stay.framesDecoded.get(track.mid) ?? 0}
    >
      <PictureOf stay={stay} track={track} />
      <figcaption>{t('room.screenOf', { name: owner?.name ?? '' })}</figcaption>
    </figure>
  );
}

interface Props {
  readonly stay: Stay;
  readonly name: string;
}

/** Everybody's picture, one's own included. */
export function Tiles({ stay, name }: Props) {
  const { t } = useTranslation();
  const others = stay.room.participants.filter(({ participant_id }) => participant_id !== stay.meId);
  const screens = stay.room.tracks.filter(
    (track) => (track.purpose === 'screen' || track.purpose === 'exam') && stay.received.has(track.mid),
  );
  return (
    <div className="tiles" role="group" aria-label={t('room.tiles')}>
      {screens.map((track) => (
        <ScreenTile key={track.publication_id} stay={stay} track={track} />
      ))}
      {others.map((participant) => (
        <RemoteTile key={participant.participant_id} stay={stay} participant={participant} />
      ))}
      <LocalTile stay={stay} name={name} />
    </div>
  );
}
