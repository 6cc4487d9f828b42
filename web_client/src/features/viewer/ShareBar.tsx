import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useHotkeys } from '../../ui/hotkeys';
import type { Sharing } from './sharing';
import type { Shown, ViewerStore } from './viewerStore';

interface Props {
  readonly store: ViewerStore;
  readonly shown: Shown;
  readonly sharing: Sharing;
}

function useSentence({ shown, sharing }: Omit<Props, 'store'>): string | null {
  const { t } = useTranslation();
  const { share } = shown;
  if (!sharing.isLive) return t('viewer.share.unsent');
  switch (share.mode) {
    case 'unshared':
      return null;
    case 'free':
    case 'presenting':
      return t(`viewer.share.${share.mode}`);
    case 'following':
    case 'alone':
      return t(`viewer.share.${share.mode}`, { name: sharing.nameOf(share.presenterId) });
  }
}

/** Who presents, and the ways in and out of it. */
export function ShareBar({ store, shown, sharing }: Props) {
  const { t } = useTranslation();
  const sentence = useSentence({ shown, sharing });
  const { mode } = shown.share;
  const take = () => sharing.send({ type: 'take_presenter' });
  const give = () => sharing.send({ type: 'give_presenter', participant_id: null });
  const alone = () => (mode === 'following' ? store.lookedAround() : store.comeBack());
  useHotkeys([
    {
      key: 's',
      label: t(mode === 'presenting' ? 'viewer.share.give' : 'viewer.share.take'),
      run: mode === 'presenting' ? give : take,
    },
    {
      key: 'o',
      label: t(mode === 'alone' ? 'viewer.share.back' : 'viewer.share.alone_action'),
      run: alone,
      disabled: mode !== 'following' && mode !== 'alone',
    },
  ]);
  return (
    <div className={`share-bar ${mode}`} role="status" data-testid="share-state" data-mode={mode}>
      <span>{sentence}</span>
      <span className="row">
        {mode === 'following' && (
          <Button size="small" onClick={alone}>
            {t('viewer.share.alone_action')} <kbd>O</kbd>
          </Button>
        )}
        {mode === 'alone' && (
          <Button size="small" type="primary" onClick={alone}>
            {t('viewer.share.back')} <kbd>O</kbd>
          </Button>
        )}
        {mode === 'presenting' ? (
          <Button size="small" onClick={give}>
            {t('viewer.share.give')} <kbd>S</kbd>
          </Button>
        ) : (
          <Button size="small" onClick={take}>
            {t('viewer.share.take')} <kbd>S</kbd>
          </Button>
        )}
      </span>
    </div>
  );
}
