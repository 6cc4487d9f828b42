import '../../locales/later';
import './oversight.css';
import { Button } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditQuestion, auditFile, ROWS_OF_A_PAGE, useAudit } from '../../api/audit';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { today } from '../../ui/clock';
import { AuditFilter } from './AuditFilter';
import { AuditTable } from './AuditTable';
import { OversightTabs } from './OversightTabs';

interface PagesProps {
  readonly page: number;
  readonly isLast: boolean;
  readonly onPage: (page: number) => void;
}

function Pages({ page, isLast, onPage }: PagesProps) {
  const { t } = useTranslation();
  return (
    <nav className="row center" aria-label={t('oversight.audit.pages')}>
      <Button disabled={page === 0} onClick={() => onPage(page - 1)}>
        {t('oversight.audit.newer')}
      </Button>
      <span className="quiet">{t('oversight.audit.page', { page: page + 1 })}</span>
      <Button disabled={isLast} onClick={() => onPage(page + 1)}>
        {t('oversight.audit.older')}
      </Button>
    </nav>
  );
}

/** The county's trail: who did what, when, to whom and where. It can be searched and saved, never changed. */
export default function AuditPage() {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<AuditQuestion>({
    who: '',
    patient: '',
    what: '',
    institution_id: '',
    since: today(),
    until: '',
  });
  const [page, setPage] = useState(0);
  const asked = useDeferredValue(question);
  const query = useAudit(asked, page);
  return (
    <>
      <OversightTabs />
      <p className="quiet">{t('oversight.audit.hint')}</p>
      <AuditFilter
        question={question}
        onChange={(next) => {
          setPage(0);
          setQuestion(next);
        }}
        file={auditFile(asked)}
      />
      <Fetched query={query}>
        {(rows) =>
          rows.length === 0 && page === 0 ? (
            <EmptyState title={t('oversight.audit.none')} hint={t('oversight.audit.noneHint')} />
          ) : (
            <>
              <AuditTable rows={rows} />
              <Pages page={page} isLast={rows.length < ROWS_OF_A_PAGE} onPage={setPage} />
            </>
          )
        }
      </Fetched>
    </>
  );
}
