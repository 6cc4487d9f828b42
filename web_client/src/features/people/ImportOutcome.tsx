import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ImportReport } from '../../api/types';
import { useProblemText } from '../../parts/ProblemNotice';

const SHOWN_LINES = 200;

interface Props {
  readonly report: ImportReport;
}

function Faults({ report }: Props) {
  const { t } = useTranslation();
  const text = useProblemText();
  return (
    <>
      <Alert
        type="error"
        showIcon
        title={t('imports.faulty', { count: report.faults.length })}
        description={t('imports.faultyHint')}
      />
      <div className="scroll-x">
        <table className="people-table" data-testid="import-faults">
          <thead>
            <tr>
              <th scope="col">{t('imports.row')}</th>
              <th scope="col">{t('imports.column')}</th>
              <th scope="col">{t('imports.cell')}</th>
              <th scope="col">{t('imports.fault')}</th>
            </tr>
          </thead>
          <tbody>
            {report.faults.map((fault) => {
              const { what, next } = text(fault.code, { days: 31 });
              return (
                <tr key={`${fault.row} ${fault.column} ${fault.code}`}>
                  <td>{fault.row}</td>
                  <td>{fault.column ?? '—'}</td>
                  <td>{fault.text}</td>
                  <td>
                    {what}
                    <span className="quiet block">{next}</span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Lines({ report }: Props) {
  const { t } = useTranslation();
  const told = report.lines.filter(({ outcome }) => outcome !== 'unchanged');
  if (told.length === 0) return null;
  return (
    <details open={told.length <= 20}>
      <summary>{t('imports.lines', { count: told.length })}</summary>
      <ul className="lines">
        {told.slice(0, SHOWN_LINES).map(({ row, name, outcome }) => (
          <li key={row}>
            {t('imports.rowOf', { row })} {name} — {t(`imports.outcome.${outcome}`)}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What a trial found, or what an import has done. */
export function ImportOutcome({ report }: Props) {
  const { t } = useTranslation();
  if (report.faults.length > 0) return <Faults report={report} />;
  const { rows, created, changed, unchanged } = report;
  const title = t(report.is_written ? 'imports.written' : 'imports.good');
  return (
    <div className="stack" data-testid="import-outcome" data-written={report.is_written}>
      <Alert
        type={report.is_written ? 'success' : 'info'}
        showIcon
        title={title}
        description={t('imports.counts', { rows, created, changed, unchanged })}
      />
      <Lines report={report} />
    </div>
  );
}
