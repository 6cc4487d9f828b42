/** The signalling messages, as generated from the Python side, with the names this client uses. */

export type {
  Annotation,
  AuthoredAnnotation,
  ChatMessage,
  ClientFrame,
  ClientMessage,
  IceServer,
  ImageReference,
  MovePointer,
  Participant,
  PublishedTrack,
  Quality,
  RoomSnapshot,
  ServerFrame,
  ServerMessage,
  SubscribedTrack,
  Viewport,
} from '../api/generated/signaling';

import type { ClientMessage, Hello, MovePointer, Ping, Resume } from '../api/generated/signaling';

/** Messages that are counted, kept until acknowledged and sent again after a drop. */
export type CountedMessage = Exclude<ClientMessage, Hello | Resume | MovePointer | Ping>;

/** A counted message with its number. */
export interface NumberedMessage {
  readonly seq: number;
  readonly message: CountedMessage;
}
