import { useTranslation } from 'react-i18next';
import type { SeriesEntry } from './catalogue';

interface Props {
  readonly series: readonly SeriesEntry[];
  readonly current: string | null;
  readonly onChoose: (entry: SeriesEntry) => void;
}

export function SeriesStrip({ series, current, onChoose }: Props) {
  const { t } = useTranslation();
  if (series.length < 2) return null;
  return (
    <div className="series-strip" role="group" aria-label={t('viewer.series')}>
      {series.map((entry) => {
        const label = t('viewer.seriesOf', { modality: entry.modality, description: entry.description });
        return (
          <button
            key={entry.seriesUid}
            type="button"
            aria-pressed={entry.seriesUid === current}
            title={label}
            onClick={() => onChoose(entry)}
          >
            <img
              src={`/dicomweb/studies/${entry.studyUid}/series/${entry.seriesUid}/thumbnail`}
              alt=""
              width={72}
              height={72}
              loading="lazy"
            />
            <span>{label}</span>
          </button>
        );
      })}
    </div>
  );
}
