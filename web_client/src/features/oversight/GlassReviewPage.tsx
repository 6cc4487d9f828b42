import '../../locales/later';
import './oversight.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGlassReviews } from '../../api/breakGlass';
import type { BreakGlass } from '../../api/types';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { GlassCard } from './GlassCard';
import { OversightTabs } from './OversightTabs';
import { ReviewDialog } from './ReviewDialog';

const VIEWS = ['onlyWaiting', 'all'] as const;

/** Every emergency access to the patients whom one answers for, and what was found. */
export default function GlassReviewPage() {
  const { t } = useTranslation();
  const [view, setView] = useState<(typeof VIEWS)[number]>('onlyWaiting');
  const [judging, setJudging] = useState<BreakGlass | null>(null);
  const query = useGlassReviews(view === 'onlyWaiting');
  return (
    <>
      <OversightTabs />
      <div className="row between wrap">
        <p className="quiet">{t('oversight.glass.pageHint')}</p>
        <div className="tabs" role="tablist">
          {VIEWS.map((each) => (
            <button
              key={each}
              type="button"
              role="tab"
              aria-selected={view === each}
              onClick={() => setView(each)}
            >
              {t(`oversight.glass.${each}`)}
            </button>
          ))}
        </div>
      </div>
      <Fetched query={query}>
        {(glasses) =>
          glasses.length === 0 ? (
            <EmptyState title={t(view === 'all' ? 'oversight.glass.none' : 'oversight.glass.noneWaiting')} />
          ) : (
            <ul className="cards">
              {glasses.map((glass) => (
                <GlassCard key={glass.id} glass={glass} onJudge={() => setJudging(glass)} />
              ))}
            </ul>
          )
        }
      </Fetched>
      {judging && <ReviewDialog glass={judging} onClose={() => setJudging(null)} />}
    </>
  );
}
