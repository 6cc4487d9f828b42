import type { Sharing } from './sharing';
import type { Shown, ViewerStore } from './viewerStore';

interface Props {
  readonly store: ViewerStore;
  readonly shown: Shown;
  readonly sharing: Sharing;
}

/** Where the others point at, when it is the image shown here. */
export function SharedPointers({ store, shown, sharing }: Props) {
  const others = sharing.view.pointers.filter(({ participant_id }) => participant_id !== sharing.meId);
  return others.map(({ participant_id, pointer }) => {
    const isHere = pointer.sop_uid === shown.image?.sop_uid && pointer.frame === shown.image.frame;
    const place = isHere ? store.canvasOf([pointer.at[0], pointer.at[1]]) : null;
    if (!place) return null;
    return (
      <div
        key={participant_id}
        className="shared-pointer"
        data-testid="shared-pointer"
        data-column={Math.round(pointer.at[0])}
        data-row={Math.round(pointer.at[1])}
        style={{ transform: `translate(${place[0]}px, ${place[1]}px)` }}
      >
        <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
          <path d="M2 2l6.5 17 2.6-7.1L18 9.5z" fill="#ffb020" stroke="#201500" strokeWidth="1.4" />
        </svg>
        <span>{sharing.nameOf(participant_id)}</span>
      </div>
    );
  });
}
