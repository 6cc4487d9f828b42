import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '../parts/Fetched';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState
      title={t('shell.notFound')}
      hint={t('shell.notFoundHint')}
      action={<Link to="/">{t('shell.home')}</Link>}
    />
  );
}

/** A page that broke, or a chunk that didn't come over the line. */
export function PageFailed() {
  const { t } = useTranslation();
  return (
    <main className="page">
      <EmptyState
        title={t('shell.pageFailed')}
        hint={t('shell.pageFailedHint')}
        action={
          <Button type="primary" onClick={() => window.location.reload()}>
            {t('shell.reload')}
          </Button>
        }
      />
    </main>
  );
}
