import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Consult } from '../../api/types';

const ReferralDialog = lazy(() => import('./ReferralDialog'));

/** From the opinion to a referral in one step. */
export function ReferralAction({ consult }: { readonly consult: Consult }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <section className="card row between">
      <h2>{t('referral.title')}</h2>
      {consult.referral_id ? (
        <Link to={`/referrals/${consult.referral_id}`}>{t('referral.existing')}</Link>
      ) : (
        <Button type="primary" onClick={() => setIsOpen(true)}>
          {t('referral.refer')}
        </Button>
      )}
      <Suspense fallback={null}>
        {isOpen && <ReferralDialog consult={consult} onClose={() => setIsOpen(false)} />}
      </Suspense>
    </section>
  );
}
