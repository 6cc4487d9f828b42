import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { templateUrl, useImport, useImportColumns } from '../../api/imports';
import type { ImportKind } from '../../api/types';
import '../../locales/later';
import { Fetched } from '../../parts/Fetched';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { ChoiceCards } from '../../ui/ChoiceCards';
import { ImportOutcome } from './ImportOutcome';
import './people.css';

const KINDS: readonly ImportKind[] = ['institutions', 'people', 'shifts'];

function Columns({ kind }: { readonly kind: ImportKind }) {
  const { t } = useTranslation();
  const query = useImportColumns(kind);
  return (
    <Fetched query={query}>
      {(columns) => (
        <table className="people-table">
          <thead>
            <tr>
              <th scope="col">{t('imports.column')}</th>
              <th scope="col">{t('imports.meaning')}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map(({ key, heading, required, words }) => (
              <tr key={key}>
                <th scope="row">
                  {heading}
                  {required && <span className="required"> *</span>}
                </th>
                <td>{words.length > 0 ? words.join('、') : t(`imports.columnNote.${key as 'name'}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Fetched>
  );
}

interface FileProps {
  readonly kind: ImportKind;
}

/** The file, its trial and, once nothing is wrong, its import. A file that was changed must be chosen again. */
function FileImport({ kind }: FileProps) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const run = useImport();
  const report = run.data;
  const mayWrite = file && report?.dry_run && report.faults.length === 0 && !run.isPending;
  const choose = (chosen: File | null) => {
    setFile(chosen);
    run.reset();
    if (chosen) run.mutate({ kind, file: chosen, isDry: true });
  };
  return (
    <section className="card stack">
      <label>
        <span className="label">{t('imports.file')}</span>
        <input
          type="file"
          accept=".csv,text/csv"
          disabled={run.isPending}
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            event.target.value = '';
            choose(chosen ?? null);
          }}
        />
      </label>
      {file && <p>{t('imports.chosen', { name: file.name })}</p>}
      {run.isPending && <p role="status">{t('imports.running')}</p>}
      <ProblemNotice error={run.error} />
      {report && <ImportOutcome report={report} />}
      {mayWrite && (
        <div>
          <Button type="primary" onClick={() => run.mutate({ kind, file, isDry: false })}>
            {t('imports.write')}
          </Button>
        </div>
      )}
    </section>
  );
}

/** Importing tables that Excel saved: first a trial that shows everything wrong, then all of it at once. */
export default function ImportPage() {
  const { t } = useTranslation();
  const [kind, setKind] = useState<ImportKind>('people');
  return (
    <>
      <div className="row between wrap">
        <h1>{t('imports.title')}</h1>
        <Link to="/people">{t('people.title')}</Link>
      </div>
      <ChoiceCards
        legend={t('imports.kind')}
        value={kind}
        onChoose={setKind}
        options={KINDS.map((value) => ({
          value,
          title: t(`imports.kinds.${value}`),
          note: t(`imports.kindNote.${value}`),
        }))}
      />
      <FileImport key={kind} kind={kind} />
      <section className="card stack scroll-x">
        <div className="row between wrap">
          <h2>{t('imports.columns')}</h2>
          <a href={templateUrl(kind)} download>
            {t('imports.template')}
          </a>
        </div>
        <p className="quiet">{t('imports.hint')}</p>
        <Columns kind={kind} />
      </section>
    </>
  );
}
