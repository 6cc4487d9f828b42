import '../../locales/later';
import './oversight.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type IndicatorQuestion, indicatorFile, useIndicators } from '../../api/indicators';
import type { IndicatorRow } from '../../api/types';
import { Fetched } from '../../parts/Fetched';
import { today } from '../../ui/clock';
import { CasesDialog } from './CasesDialog';
import { IndicatorFilter } from './IndicatorFilter';
import { IndicatorTable } from './IndicatorTable';
import { OversightTabs } from './OversightTabs';

/** The figures of an institution or the county by month, with the cases behind each. */
export default function IndicatorsPage() {
  const { t, i18n } = useTranslation();
  const [question, setQuestion] = useState<IndicatorQuestion>({
    month: today().slice(0, 7),
    institution_id: '',
    department_id: '',
  });
  const [open, setOpen] = useState<IndicatorRow | null>(null);
  const query = useIndicators(question);
  return (
    <>
      <OversightTabs />
      <IndicatorFilter question={question} onChange={setQuestion} />
      <p className="row wrap">
        <a href={indicatorFile(question, 'pdf', i18n.language)} target="_blank" rel="noreferrer">
          {t('oversight.figures.print')}
        </a>
        <a href={indicatorFile(question, 'csv', i18n.language)} download="indicators.csv">
          {t('oversight.figures.file')}
        </a>
      </p>
      <Fetched query={query}>{(page) => <IndicatorTable page={page} onOpen={setOpen} />}</Fetched>
      <p className="quiet">{t('oversight.figures.notes')}</p>
      <p className="quiet">{t('oversight.figures.unstored')}</p>
      {open && <CasesDialog row={open} question={question} onClose={() => setOpen(null)} />}
    </>
  );
}
