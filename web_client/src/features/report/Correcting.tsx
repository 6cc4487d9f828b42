import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Consult } from '../../api/types';
import { ReportForm } from './ReportForm';

/** The author of a signed report may sign another version of it; the one before stays. */
export function Correcting({ consult }: { readonly consult: Consult }) {
  const { t } = useTranslation();
  const [isWriting, setIsWriting] = useState(false);
  if (!consult.available_events.includes('correct')) return null;
  if (!isWriting) {
    return (
      <div>
        <Button onClick={() => setIsWriting(true)}>{t('report.correct')}</Button>
      </div>
    );
  }
  return (
    <div className="card stack">
      <ReportForm consult={consult} onSigned={() => setIsWriting(false)} />
      <div>
        <Button onClick={() => setIsWriting(false)}>{t('ui.cancel')}</Button>
      </div>
    </div>
  );
}
