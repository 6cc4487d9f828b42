import { useEffect, useRef } from 'react';

interface Props {
  readonly track: MediaStreamTrack;
  readonly isMirrored?: boolean;
}

export function Video({ track, isMirrored = false }: Props) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (element.current) element.current.srcObject = new MediaStream([track]);
  }, [track]);
  return <video ref={element} className={isMirrored ? 'mirrored' : ''} autoPlay playsInline muted />;
}

/** Somebody's voice. The click that joined the room lets it sound. */
export function Sound({ track }: { readonly track: MediaStreamTrack }) {
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (element.current) element.current.srcObject = new MediaStream([track]);
  }, [track]);
  // biome-ignore lint/a11y/useMediaCaption: a live voice has no caption file
  return <audio ref={element} autoPlay data-testid="remote-sound" />;
}
