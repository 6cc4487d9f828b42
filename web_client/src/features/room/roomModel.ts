/** The room as this client knows it: the server's messages folded into one value. Pure. */

import type {
  AuthoredAnnotation,
  ChatMessage,
  Participant,
  RoomSnapshot,
  ServerMessage,
  SubscribedTrack,
} from '../../signaling/messages';

export interface Room {
  readonly participants: readonly Participant[];
  readonly chat: readonly ChatMessage[];
  readonly viewing: RoomSnapshot['viewing'];
  readonly mediaAvailable: boolean;
  readonly tracks: readonly SubscribedTrack[];
  readonly lastProblem: string | null;
}

export const EMPTY_ROOM: Room = {
  participants: [],
  chat: [],
  viewing: {
    version: 0,
    term: 0,
    presenter_id: null,
    image: null,
    viewport: null,
    annotations: [],
    pointers: [],
  },
  mediaAvailable: true,
  tracks: [],
  lastProblem: null,
};

type AnnotationOperation = Extract<ServerMessage, { type: 'annotations_changed' }>['operation'];

export function fold(room: Room, message: ServerMessage): Room {
  switch (message.type) {
    case 'snapshot':
      return {
        ...room,
        participants: message.room.participants,
        chat: message.room.chat,
        viewing: message.room.viewing,
        mediaAvailable: message.room.media_available,
      };
    case 'participant_changed':
      return { ...room, participants: replaced(room.participants, message.participant) };
    case 'participant_left':
      return withoutParticipant(room, message.participant_id);
    case 'chat_added':
      return addChat(room, message.message);
    case 'subscribe_offered':
      return { ...room, tracks: message.tracks };
    case 'media_changed':
      return { ...room, mediaAvailable: message.available };
    case 'problem':
      return { ...room, lastProblem: message.code };
    case 'presenter_changed':
    case 'annotations_changed':
    case 'view_changed':
    case 'pointer_moved':
      return { ...room, viewing: foldViewing(room.viewing, message) };
    default:
      return room;
  }
}

type ViewingMessage = Extract<
  ServerMessage,
  { type: 'presenter_changed' | 'annotations_changed' | 'view_changed' | 'pointer_moved' }
>;

function foldViewing(viewing: Room['viewing'], message: ViewingMessage): Room['viewing'] {
  switch (message.type) {
    case 'presenter_changed':
      return { ...viewing, version: message.version, term: message.term, presenter_id: message.presenter_id };
    case 'annotations_changed': {
      const annotations = operate(viewing.annotations, message.participant_id, message.operation);
      return { ...viewing, version: message.version, annotations };
    }
    case 'view_changed': {
      if (message.version <= viewing.version) return viewing;
      const { version, term, image, viewport } = message;
      return { ...viewing, version, term, image, viewport };
    }
    case 'pointer_moved': {
      const others = viewing.pointers.filter((entry) => entry.participant_id !== message.participant_id);
      const { participant_id, pointer } = message;
      return { ...viewing, pointers: pointer ? [...others, { participant_id, pointer }] : others };
    }
  }
}

function replaced(participants: readonly Participant[], changed: Participant): readonly Participant[] {
  const isKnown = participants.some((known) => known.participant_id === changed.participant_id);
  if (!isKnown) return [...participants, changed];
  return participants.map((known) => (known.participant_id === changed.participant_id ? changed : known));
}

function withoutParticipant(room: Room, participantId: string): Room {
  const pointers = room.viewing.pointers.filter((entry) => entry.participant_id !== participantId);
  return {
    ...room,
    participants: room.participants.filter((known) => known.participant_id !== participantId),
    tracks: room.tracks.filter((track) => track.participant_id !== participantId),
    viewing: { ...room.viewing, pointers },
  };
}

function addChat(room: Room, message: ChatMessage): Room {
  if (room.chat.some((line) => line.message_id === message.message_id)) return room;
  return { ...room, chat: [...room.chat, message] };
}

/** One annotation operation in the server's order; `put` of a known id keeps its author and its place. */
export function operate(
  annotations: readonly AuthoredAnnotation[],
  participantId: string,
  operation: AnnotationOperation,
): AuthoredAnnotation[] {
  switch (operation.op) {
    case 'clear':
      return [];
    case 'remove':
      return annotations.filter((known) => known.annotation.annotation_id !== operation.annotation_id);
    case 'put': {
      const { annotation } = operation;
      const isSame = (known: AuthoredAnnotation) =>
        known.annotation.annotation_id === annotation.annotation_id;
      if (!annotations.some(isSame)) return [...annotations, { participant_id: participantId, annotation }];
      return annotations.map((known) => (isSame(known) ? { ...known, annotation } : known));
    }
  }
}
