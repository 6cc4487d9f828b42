import type { CountedMessage, MovePointer } from '../../signaling/messages';
import type { SharedView } from './share';

/** The room as the viewer needs it; who is in it and how it is reached is another feature's affair. */
export interface Sharing {
  readonly meId: string;
  readonly view: SharedView;
  readonly isLive: boolean;
  /** Present as soon as nobody does: the one who reads the images begins. */
  readonly presentsFirst: boolean;
  readonly nameOf: (participantId: string) => string;
  readonly send: (message: CountedMessage) => void;
  readonly sendPointer: (pointer: MovePointer['pointer']) => void;
}
