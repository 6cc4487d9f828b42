/** Cameras and microphones: asking for them and saying why not. */

export type DeviceFault = 'denied' | 'missing' | 'busy' | 'insecure' | 'unknown';

const FAULTS: Readonly<Record<string, DeviceFault>> = {
  NotAllowedError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

export function faultOf(error: unknown): DeviceFault {
  if (!navigator.mediaDevices) return 'insecure';
  return error instanceof DOMException ? (FAULTS[error.name] ?? 'unknown') : 'unknown';
}

function exactly(deviceId: string | null): MediaTrackConstraints {
  return deviceId ? { deviceId: { exact: deviceId } } : {};
}

/** 640 by 360 at 20 frames a second: what a township line carries and a face needs. */
export async function openCamera(deviceId: string | null): Promise<MediaStreamTrack> {
  const video = {
    ...exactly(deviceId),
    width: { ideal: 640 },
    height: { ideal: 360 },
    frameRate: { ideal: 20, max: 30 },
  };
  const stream = await navigator.mediaDevices.getUserMedia({ video });
  return theTrack(stream.getVideoTracks());
}

export async function openMicrophone(deviceId: string | null): Promise<MediaStreamTrack> {
  const audio = {
    ...exactly(deviceId),
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
  };
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  return theTrack(stream.getAudioTracks());
}

export async function openScreen(): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 10 } } });
  const track = theTrack(stream.getVideoTracks());
  track.contentHint = 'detail';
  return track;
}

function theTrack(tracks: readonly MediaStreamTrack[]): MediaStreamTrack {
  const [track] = tracks;
  if (!track) throw new DOMException('no track', 'NotFoundError');
  return track;
}

export async function listDevices(kind: 'audioinput' | 'videoinput'): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === kind && device.deviceId !== '');
}
