import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useHotkeys } from '../../ui/hotkeys';
import type { ToolName } from './cornerstone/film';
import type { Preset } from './presets';
import type { Shown, ViewerStore } from './viewerStore';

const TOOLS: readonly { readonly name: ToolName; readonly key: string }[] = [
  { name: 'window', key: 'w' },
  { name: 'pan', key: 'p' },
  { name: 'zoom', key: 'z' },
  { name: 'length', key: 'l' },
];

interface Props {
  readonly store: ViewerStore;
  readonly shown: Shown;
}

function usePresetName(): (preset: Preset) => string {
  const { t } = useTranslation();
  return (preset) =>
    preset.kind === 'own'
      ? t('viewer.presets.own', { name: preset.name })
      : t(`viewer.presets.${preset.kind}`);
}

function useKeys({ store, shown }: Props) {
  const { t } = useTranslation();
  const nameOf = usePresetName();
  useHotkeys([
    ...TOOLS.map(({ name, key }) => ({
      key,
      label: t(`viewer.tool.${name}`),
      run: () => store.setTool(name),
    })),
    { key: 'i', label: t('viewer.invert'), run: () => store.invert() },
    { key: 'r', label: t('viewer.reset'), run: () => store.reset() },
    { key: '+', label: t('viewer.zoomIn'), run: () => store.zoomBy(1.25) },
    { key: '=', label: t('viewer.zoomIn'), run: () => store.zoomBy(1.25) },
    { key: '-', label: t('viewer.zoomOut'), run: () => store.zoomBy(0.8) },
    { key: 'ArrowDown', label: t('viewer.next'), run: () => void store.scroll(1), disabled: shown.count < 2 },
    {
      key: 'ArrowUp',
      label: t('viewer.previous'),
      run: () => void store.scroll(-1),
      disabled: shown.count < 2,
    },
    { key: 'Delete', label: t('viewer.deleteMeasure'), run: () => store.removeSelected() },
    ...shown.presets.slice(0, 9).map((preset, index) => ({
      key: String(index + 1),
      label: nameOf(preset),
      run: () => store.choosePreset(preset),
    })),
  ]);
}

function PresetPick({ store, shown }: Props) {
  const { t } = useTranslation();
  const nameOf = usePresetName();
  return (
    <select
      aria-label={t('viewer.preset')}
      value=""
      onChange={(event) => {
        const preset = shown.presets[Number(event.target.value)];
        if (preset) store.choosePreset(preset);
      }}
    >
      <option value="" disabled>
        {t('viewer.preset')}
      </option>
      {shown.presets.map((preset, index) => (
        <option key={`${preset.kind} ${nameOf(preset)}`} value={index}>
          {index + 1} {nameOf(preset)}
        </option>
      ))}
    </select>
  );
}

export function Toolbar({ store, shown }: Props) {
  const { t } = useTranslation();
  useKeys({ store, shown });
  return (
    <div className="viewer-tools" role="toolbar" aria-label={t('viewer.tools')}>
      {TOOLS.map(({ name, key }) => (
        <Button
          key={name}
          size="small"
          type={shown.tool === name ? 'primary' : 'default'}
          aria-pressed={shown.tool === name}
          onClick={() => store.setTool(name)}
        >
          {t(`viewer.tool.${name}`)} <kbd>{key.toUpperCase()}</kbd>
        </Button>
      ))}
      <Button size="small" onClick={() => store.invert()}>
        {t('viewer.invert')} <kbd>I</kbd>
      </Button>
      <Button size="small" onClick={() => store.reset()}>
        {t('viewer.reset')} <kbd>R</kbd>
      </Button>
      <PresetPick store={store} shown={shown} />
    </div>
  );
}
