/** The signalling messages, as generated from the Python side, with the names this client uses. */

export type {
  Annotation,
  AnnotationKind,
  AuthoredAnnotation,
  ChatMessage,
  ClientMessage,
  IceServer,
  ImageReference,
  Participant,
  Pointer,
  PublishedTrack,
  Quality,
  RoomSnapshot,
  ServerMessage,
  SubscribedTrack,
  Viewing,
  Viewport,
} from '../api/generated/signaling';

import type {
  ClientMessage,
  Hello,
  MovePointer,
  Ping,
  Resume,
  SendChat,
} from '../api/generated/signaling';

/** Messages that are counted, kept until acknowledged and sent again after a drop. */
export type SequencedMessage = Exclude<ClientMessage, Hello | Resume | MovePointer | Ping>;

/** A sequenced message before it has its numbers. */
export type OutgoingMessage = SequencedMessage extends infer Message
  ? Message extends SequencedMessage
    ? Omit<Message, 'seq' | 'ack'>
    : never
  : never;

export type { MovePointer, SendChat };
