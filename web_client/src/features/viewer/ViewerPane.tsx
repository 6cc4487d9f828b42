import { useTranslation } from 'react-i18next';
import type { StudyLink } from '../../api/types';
import { EmptyState, Fetched } from '../../parts/Fetched';
import type { SeriesEntry } from './catalogue';
import { Pane } from './Pane';
import { SeriesStrip } from './SeriesStrip';
import { ShareBar } from './ShareBar';
import type { Sharing } from './sharing';
import { Toolbar } from './Toolbar';
import { useSeries, useViewer } from './useViewer';

interface Props {
  readonly studies: readonly StudyLink[];
  readonly sharing: Sharing | null;
}

function Viewer({
  series,
  sharing,
}: {
  readonly series: readonly SeriesEntry[];
  readonly sharing: Sharing | null;
}) {
  const { t } = useTranslation();
  const { store, shown, pane } = useViewer(series, sharing);
  return (
    <section className="viewer" aria-label={t('viewer.title')}>
      <Toolbar store={store} shown={shown} />
      {sharing && <ShareBar store={store} shown={shown} sharing={sharing} />}
      <Pane store={store} shown={shown} pane={pane} sharing={sharing} />
      <SeriesStrip series={series} current={shown.seriesUid} onChoose={(entry) => void store.choose(entry)} />
    </section>
  );
}

/** The images of a consult; alone or together with the room. */
export default function ViewerPane({ studies, sharing }: Props) {
  const { t } = useTranslation();
  const query = useSeries(studies);
  if (studies.length === 0) return <EmptyState title={t('viewer.none')} hint={t('viewer.noneHint')} />;
  return <Fetched query={query}>{(series) => <Viewer series={series} sharing={sharing} />}</Fetched>;
}
