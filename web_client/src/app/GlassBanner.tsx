import '../locales/later';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGiveBack, useGlassReviews } from '../api/breakGlass';
import type { BreakGlass } from '../api/types';
import { ProblemNotice } from '../parts/ProblemNotice';
import { PatientLine } from '../parts/Tags';
import { Countdown } from '../ui/Countdown';

function OpenGlass({ glass }: { readonly glass: BreakGlass }) {
  const { t } = useTranslation();
  const giveBack = useGiveBack();
  return (
    <div className="glass-banner" role="status" data-testid="glass-banner">
      <strong>{t('oversight.glass.banner')}</strong>
      <Link to={`/patients/${glass.patient.id}`}>
        <PatientLine patient={glass.patient} />
      </Link>
      <span className="glass-reason">{glass.reason}</span>
      <Countdown until={glass.ends_at} warnBelowMs={600_000} />
      <Button size="small" loading={giveBack.isPending} onClick={() => giveBack.mutate(glass.id)}>
        {t('oversight.glass.giveBack')}
      </Button>
      <ProblemNotice error={giveBack.error} onClose={() => giveBack.reset()} />
    </div>
  );
}

/** Whoever has broken the glass sees it on every page while it lasts. */
export function OpenGlasses({ glasses }: { readonly glasses: readonly BreakGlass[] }) {
  return glasses.map((glass) => <OpenGlass key={glass.id} glass={glass} />);
}

/** Whoever judges it is told on every page until it is judged. */
export function GlassAlert() {
  const { t } = useTranslation();
  const { data } = useGlassReviews(true);
  const count = data?.filter((glass) => glass.may_review).length ?? 0;
  if (count === 0) return null;
  return (
    <div className="glass-banner alert" role="status" data-testid="glass-alert">
      <strong>{t('oversight.glass.waiting', { count })}</strong>
      <Link to="/oversight/break-glass">{t('oversight.glass.goReview')}</Link>
    </div>
  );
}
