import { Button } from 'antd';
import { type PointerEvent, type RefObject, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { SharedPointers } from './SharedPointers';
import type { Sharing } from './sharing';
import type { Shown, ViewerStore } from './viewerStore';

interface Props {
  readonly store: ViewerStore;
  readonly shown: Shown;
  readonly pane: RefObject<HTMLDivElement | null>;
  readonly sharing: Sharing | null;
}

/** The wheel turns the pages of a series, or magnifies a single image. */
function useWheel({ store, shown, pane }: Props) {
  const isStack = shown.count > 1;
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      if (isStack && !event.ctrlKey) void store.scroll(Math.sign(event.deltaY));
      else store.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [store, isStack, pane]);
}

function Overlay({ shown }: { readonly shown: Shown }) {
  const { t } = useTranslation();
  const { window, count, index } = shown;
  return (
    <div className="overlay" aria-hidden={shown.phase !== 'shown'}>
      {count > 1 && <span>{t('viewer.frame', { frame: index + 1, count })}</span>}
      {window && (
        <span>
          {t('viewer.window', { width: Math.round(window.width), center: Math.round(window.center) })}
        </span>
      )}
    </div>
  );
}

function Cover({ store, shown }: Pick<Props, 'store' | 'shown'>) {
  const { t } = useTranslation();
  if (shown.phase === 'shown') return null;
  if (shown.phase !== 'failed') {
    return (
      <div className="pane-cover" role="status">
        <span className="spinner" aria-hidden /> {t('viewer.loading')}
      </div>
    );
  }
  return (
    <div className="pane-cover" role="alert">
      <strong>{t('viewer.failed')}</strong>
      <p>{t('viewer.failedHint')}</p>
      <Button onClick={() => store.retry()}>{t('ui.retry')}</Button>
    </div>
  );
}

export function Pane(props: Props) {
  const { store, shown, pane, sharing } = props;
  const { t } = useTranslation();
  useWheel(props);
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    store.pointAt([event.clientX - box.left, event.clientY - box.top]);
  };
  return (
    <div className="pane">
      <div
        ref={pane}
        className="pane-film"
        role="img"
        aria-label={t('viewer.title')}
        data-testid="viewport"
        data-image-loaded={shown.phase === 'shown'}
        data-sop-uid={shown.image?.sop_uid}
        data-frame={shown.index + 1}
        data-voi-center={shown.window ? Math.round(shown.window.center) : undefined}
        data-voi-width={shown.window ? Math.round(shown.window.width) : undefined}
        data-share-mode={shown.share.mode}
        onPointerDown={() => store.lookedAround()}
        onPointerMove={point}
        onPointerLeave={() => store.pointAt(null)}
        onContextMenu={(event) => event.preventDefault()}
      />
      {sharing && <SharedPointers store={store} shown={shown} sharing={sharing} />}
      <Overlay shown={shown} />
      <Cover store={store} shown={shown} />
    </div>
  );
}
