/** The two peer connections of one seat: on one we offer and send, on the other the relay offers and we receive. */

import type { CountedMessage, IceServer, PublishedTrack, ServerMessage } from '../../../signaling/messages';
import type { MediaLink } from '../lineState';
import {
  NOT_PUBLISHING,
  type Publishing,
  type PublishingEffect,
  type PublishingEvent,
  step,
} from './publishing';

type Purpose = PublishedTrack['purpose'];

export interface PeerHooks {
  readonly send: (message: CountedMessage) => void;
  readonly onLink: (direction: 'publish' | 'subscribe', link: MediaLink) => void;
  /** Received tracks by `mid`, after every negotiation. */
  readonly onReceived: (tracks: ReadonlyMap<string, MediaStreamTrack>) => void;
}

type Offered = Extract<ServerMessage, { type: 'subscribe_offered' }>;

/** A short gap heals by itself; a longer one wants a new path. */
const REPAIR_AFTER_MS = 3_000;

const MAX_BITRATE_BPS: Readonly<Record<Purpose, number>> = {
  microphone: 32_000,
  screen_audio: 64_000,
  camera: 700_000,
  exam: 1_500_000,
  screen: 1_200_000,
};

export class Peers {
  private publishing: Publishing = NOT_PUBLISHING;
  private publisher: RTCPeerConnection | null = null;
  private subscriber: RTCPeerConnection | null = null;
  private subscribedEpoch = 0;
  private newestOffer: Offered | null = null;
  private isAnswering = false;
  private iceServers: RTCIceServer[] = [];
  private readonly tracks = new Map<Purpose, MediaStreamTrack>();
  private readonly transceivers = new Map<Purpose, RTCRtpTransceiver>();
  private readonly hooks: PeerHooks;

  constructor(hooks: PeerHooks) {
    this.hooks = hooks;
  }

  /** A new session begins with nothing; a resumed one goes on and repairs what broke. */
  seated(iceServers: readonly IceServer[], fresh: boolean): void {
    this.iceServers = iceServers.map(({ urls, username, credential }) => ({
      urls: [...urls],
      ...(username !== null && credential !== null ? { username, credential } : {}),
    }));
    if (fresh) this.close();
    else this.repair();
  }

  /** Follows the messages that concern media. */
  follow(message: ServerMessage): void {
    switch (message.type) {
      case 'snapshot':
        if (message.room.media_available) this.enter(message.room.media_epoch);
        break;
      case 'media_changed':
        if (message.available) this.enter(message.media_epoch);
        break;
      case 'publish_answered':
        this.dispatch({
          type: 'answered',
          mediaEpoch: message.media_epoch,
          revision: message.revision,
          sdp: message.sdp,
        });
        break;
      case 'subscribe_offered':
        this.newestOffer = message;
        void this.answer();
        break;
      default:
        break;
    }
  }

  /** Sends this track for the purpose, or nothing (null). */
  async setTrack(purpose: Purpose, track: MediaStreamTrack | null): Promise<void> {
    if (track) this.tracks.set(purpose, track);
    else this.tracks.delete(purpose);
    const transceiver = this.transceivers.get(purpose);
    if (transceiver) {
      await transceiver.sender.replaceTrack(track);
      if (purpose !== 'screen') return;
      transceiver.direction = track ? 'sendonly' : 'inactive';
      this.dispatch({ type: 'tracks_changed' });
    } else if (track && this.publisher) {
      this.attach(this.publisher, purpose, track);
      this.dispatch({ type: 'tracks_changed' });
    }
  }

  statsSources(): {
    readonly publisher: RTCPeerConnection | null;
    readonly subscriber: RTCPeerConnection | null;
  } {
    return { publisher: this.publisher, subscriber: this.subscriber };
  }

  close(): void {
    this.publishing = NOT_PUBLISHING;
    this.closePublisher();
    this.closeSubscriber();
    this.subscribedEpoch = 0;
  }

  private enter(mediaEpoch: number): void {
    if (mediaEpoch > this.subscribedEpoch) {
      this.closeSubscriber();
      this.subscribedEpoch = mediaEpoch;
      this.newestOffer = null;
    }
    this.dispatch({ type: 'media_epoch', mediaEpoch });
  }

  private repair(): void {
    const isBroken = (peer: RTCPeerConnection | null) =>
      peer?.connectionState === 'failed' || peer?.connectionState === 'disconnected';
    if (isBroken(this.publisher)) this.restart('publish');
    if (isBroken(this.subscriber)) this.restart('subscribe');
  }

  /** New ICE credentials: ours with our offer, the relay's on request (RFC 8445 §9). */
  private restart(direction: 'publish' | 'subscribe'): void {
    if (direction === 'publish') this.dispatch({ type: 'connection_failed' });
    else this.hooks.send({ type: 'restart_ice', media_epoch: this.subscribedEpoch });
  }

  private dispatch(event: PublishingEvent): void {
    const [next, effects] = step(this.publishing, event);
    this.publishing = next;
    for (const effect of effects) void this.run(effect);
  }

  private async run(effect: PublishingEffect): Promise<void> {
    switch (effect.type) {
      case 'rebuild':
        this.closePublisher();
        this.openPublisher();
        break;
      case 'offer':
        await this.offer(effect);
        break;
      case 'apply':
        await this.publisher?.setRemoteDescription({ type: 'answer', sdp: effect.sdp });
        break;
    }
  }

  private openPublisher(): void {
    const publisher = new RTCPeerConnection({ iceServers: this.iceServers, bundlePolicy: 'max-bundle' });
    this.publisher = publisher;
    for (const [purpose, track] of this.tracks) this.attach(publisher, purpose, track);
    this.watch(publisher, 'publish');
  }

  private attach(publisher: RTCPeerConnection, purpose: Purpose, track: MediaStreamTrack): void {
    const sendEncodings = [{ maxBitrate: MAX_BITRATE_BPS[purpose] }];
    this.transceivers.set(purpose, publisher.addTransceiver(track, { direction: 'sendonly', sendEncodings }));
  }

  private async offer(effect: Extract<PublishingEffect, { type: 'offer' }>): Promise<void> {
    const publisher = this.publisher;
    if (!publisher || this.transceivers.size === 0) {
      this.dispatch({ type: 'refused' });
      return;
    }
    if (effect.iceRestart) publisher.restartIce();
    await publisher.setLocalDescription(await publisher.createOffer());
    const sdp = publisher.localDescription?.sdp;
    if (publisher !== this.publisher || !sdp) return;
    const { mediaEpoch, revision } = effect;
    this.hooks.send({
      type: 'publish_offer',
      media_epoch: mediaEpoch,
      revision,
      sdp,
      tracks: this.published(),
    });
  }

  private published(): PublishedTrack[] {
    return [...this.transceivers].flatMap(([purpose, { mid, direction }]) => {
      if (mid === null || direction !== 'sendonly') return [];
      const kind = purpose === 'microphone' || purpose === 'screen_audio' ? 'audio' : 'video';
      return [{ mid, kind, purpose } as const];
    });
  }

  private async answer(): Promise<void> {
    if (this.isAnswering) return;
    this.isAnswering = true;
    try {
      while (this.newestOffer) {
        const offer = this.newestOffer;
        this.newestOffer = null;
        if (offer.media_epoch >= this.subscribedEpoch) await this.answerOne(offer);
      }
    } finally {
      this.isAnswering = false;
    }
  }

  private async answerOne(offer: Offered): Promise<void> {
    this.subscribedEpoch = offer.media_epoch;
    const subscriber = this.subscriber ?? this.openSubscriber();
    await subscriber.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    await subscriber.setLocalDescription(await subscriber.createAnswer());
    const sdp = subscriber.localDescription?.sdp;
    if (!sdp || subscriber !== this.subscriber) return;
    const { media_epoch, revision } = offer;
    this.hooks.send({ type: 'subscribe_answer', media_epoch, revision, sdp });
    const received = subscriber
      .getTransceivers()
      .flatMap(({ mid, receiver }) => (mid === null ? [] : [[mid, receiver.track] as const]));
    this.hooks.onReceived(new Map(received));
  }

  private openSubscriber(): RTCPeerConnection {
    const subscriber = new RTCPeerConnection({ iceServers: this.iceServers, bundlePolicy: 'max-bundle' });
    this.subscriber = subscriber;
    this.watch(subscriber, 'subscribe');
    return subscriber;
  }

  private watch(peer: RTCPeerConnection, direction: 'publish' | 'subscribe'): void {
    peer.onconnectionstatechange = () => {
      this.hooks.onLink(direction, linkOf(peer.connectionState));
      if (peer.connectionState === 'failed') this.restart(direction);
      if (peer.connectionState !== 'disconnected') return;
      window.setTimeout(
        () => peer.connectionState === 'disconnected' && this.restart(direction),
        REPAIR_AFTER_MS,
      );
    };
  }

  private closePublisher(): void {
    this.publisher?.close();
    this.publisher = null;
    this.transceivers.clear();
    this.hooks.onLink('publish', 'idle');
  }

  private closeSubscriber(): void {
    this.subscriber?.close();
    this.subscriber = null;
    this.hooks.onLink('subscribe', 'idle');
    this.hooks.onReceived(new Map());
  }
}

function linkOf(state: RTCPeerConnectionState): MediaLink {
  switch (state) {
    case 'new':
    case 'closed':
      return 'idle';
    case 'connecting':
    case 'connected':
    case 'failed':
      return state;
    case 'disconnected':
      return 'interrupted';
  }
}
