/** One stay in one room: the line, the peer connections and the devices, folded into one value for the page. */

import { fetchRoomTicket } from '../../api/consults';
import { asProblem, LINE_DOWN } from '../../api/problem';
import { SignalingLine, type TicketAnswer } from '../../signaling/line';
import type {
  CountedMessage,
  MovePointer,
  PublishedTrack,
  Quality,
  ServerMessage,
} from '../../signaling/messages';
import { IDLE, type Session } from '../../signaling/session';
import { type DeviceFault, faultOf, openCamera, openMicrophone, openScreen } from './call/devices';
import { Peers } from './call/peers';
import { type LineSample, qualityOf } from './call/quality';
import { sampleCall } from './call/stats';
import type { MediaLink } from './lineState';
import { EMPTY_ROOM, fold, type Room } from './roomModel';

const SAMPLE_EVERY_MS = 2_000;

export interface Stay {
  readonly session: Session;
  readonly meId: string | null;
  readonly room: Room;
  readonly publish: MediaLink;
  readonly subscribe: MediaLink;
  readonly received: ReadonlyMap<string, MediaStreamTrack>;
  readonly framesDecoded: ReadonlyMap<string, number>;
  readonly framesSent: number;
  readonly quality: Quality;
  readonly camera: MediaStreamTrack | null;
  readonly microphone: MediaStreamTrack | null;
  readonly screen: MediaStreamTrack | null;
  readonly isMuted: boolean;
  readonly isHandRaised: boolean;
  readonly fault: DeviceFault | null;
}

const OUTSIDE: Stay = {
  session: IDLE,
  meId: null,
  room: EMPTY_ROOM,
  publish: 'idle',
  subscribe: 'idle',
  received: new Map(),
  framesDecoded: new Map(),
  framesSent: 0,
  quality: 'unknown',
  camera: null,
  microphone: null,
  screen: null,
  isMuted: false,
  isHandRaised: false,
  fault: null,
};

export class RoomStore {
  private stay: Stay = OUTSIDE;
  private line: SignalingLine | null = null;
  private sample: LineSample | null = null;
  private sampler: number | undefined;
  private readonly consultId: string;
  private readonly peers: Peers;
  private readonly listeners = new Set<() => void>();

  constructor(consultId: string) {
    this.consultId = consultId;
    this.peers = new Peers({
      send: (message) => this.send(message),
      onLink: (direction, link) =>
        this.set(direction === 'publish' ? { publish: link } : { subscribe: link }),
      onReceived: (received) => this.set({ received }),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Stay => this.stay;

  /** Takes the seat. What was chosen before the call goes along. */
  join(): void {
    this.line?.leave();
    const url = `${window.location.origin.replace(/^http/, 'ws')}/signaling`;
    this.line = new SignalingLine(url, {
      fetchTicket: () => this.fetchTicket(),
      onSession: (session) => this.set({ session }),
      onSeated: (seat, fresh) => {
        this.set({ meId: seat.participantId });
        this.peers.seated(seat.iceServers, fresh);
        this.sendState();
      },
      onMessage: (message) => this.receive(message),
    });
    window.clearInterval(this.sampler);
    this.sampler = window.setInterval(() => void this.takeSample(), SAMPLE_EVERY_MS);
    this.line.join();
  }

  leave(): void {
    this.line?.leave();
    this.line = null;
    this.peers.close();
    window.clearInterval(this.sampler);
    for (const track of [this.stay.camera, this.stay.microphone, this.stay.screen]) track?.stop();
    this.set({ ...OUTSIDE, session: { phase: 'over', reason: { kind: 'left' } } });
  }

  send(message: CountedMessage): void {
    this.line?.send(message);
  }

  sendPointer(pointer: MovePointer['pointer']): void {
    this.line?.sendPointer(pointer);
  }

  async setCamera(isOn: boolean, deviceId: string | null = null): Promise<void> {
    await this.setDevice('camera', isOn ? () => openCamera(deviceId) : null);
  }

  async setMicrophone(isOn: boolean, deviceId: string | null = null): Promise<void> {
    await this.setDevice('microphone', isOn ? () => openMicrophone(deviceId) : null);
  }

  async setScreen(isOn: boolean): Promise<void> {
    await this.setDevice('screen', isOn ? openScreen : null);
    const { screen } = this.stay;
    if (screen) screen.onended = () => void this.setScreen(false);
  }

  setMuted(isMuted: boolean): void {
    if (this.stay.microphone) this.stay.microphone.enabled = !isMuted;
    this.set({ isMuted });
    this.sendState();
  }

  setHandRaised(isHandRaised: boolean): void {
    this.set({ isHandRaised });
    this.sendState();
  }

  private async setDevice(
    purpose: Extract<PublishedTrack['purpose'], keyof Stay>,
    open: (() => Promise<MediaStreamTrack>) | null,
  ): Promise<void> {
    try {
      const track = open ? await open() : null;
      this.stay[purpose]?.stop();
      if (purpose === 'microphone' && track) track.enabled = !this.stay.isMuted;
      this.set({ [purpose]: track, fault: null });
      await this.peers.setTrack(purpose, track);
    } catch (error) {
      if (purpose !== 'screen' || faultOf(error) !== 'denied') this.set({ fault: faultOf(error) });
    }
    this.sendState();
  }

  private set(part: Partial<Stay>): void {
    this.stay = { ...this.stay, ...part };
    for (const listener of this.listeners) listener();
  }

  private receive(message: ServerMessage): void {
    this.set({ room: fold(this.stay.room, message) });
    this.peers.follow(message);
  }

  private sendState(): void {
    if (!this.line?.isLive()) return;
    const { camera, microphone, isMuted, isHandRaised, quality } = this.stay;
    this.send({
      type: 'set_state',
      microphone_on: microphone !== null && !isMuted,
      camera_on: camera !== null,
      hand_raised: isHandRaised,
      quality,
    });
  }

  private async fetchTicket(): Promise<TicketAnswer> {
    try {
      const { ticket } = await fetchRoomTicket(this.consultId);
      return { ok: true, ticket };
    } catch (error) {
      const problem = asProblem(error);
      return { ok: false, code: problem.code, lineDown: problem.code === LINE_DOWN || problem.status >= 500 };
    }
  }

  private async takeSample(): Promise<void> {
    const { publisher, subscriber } = this.peers.statsSources();
    const { line, framesDecoded, framesSent } = await sampleCall(publisher, subscriber);
    const quality = qualityOf(this.sample, line);
    this.sample = line;
    const isNews = quality !== this.stay.quality;
    this.set({ framesDecoded, framesSent, quality });
    if (isNews) this.sendState();
  }
}
