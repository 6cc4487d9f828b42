import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { IndicatorFigure, IndicatorPage, IndicatorRow } from '../../api/types';
import { bars, written } from './figures';
import { useLeftOut } from './words';

const BOX = { height: 28, step: 14, bar: 10 } as const;

function Months({ row, months }: { readonly row: IndicatorRow; readonly months: readonly string[] }) {
  const values = row.by_month.map(({ value }) => value);
  const told = row.by_month.map((figure, place) => `${months[place]}: ${written(row.form, figure)}`);
  return (
    <svg
      className="month-bars"
      role="img"
      aria-label={told.join('; ')}
      width={values.length * BOX.step}
      height={BOX.height}
    >
      <title>{told.join('\n')}</title>
      {bars(values, row.form === 'share' ? 1 : null, BOX.height).map(
        (bar) =>
          bar && (
            <rect key={bar.x} x={bar.x * BOX.step} y={bar.y} width={BOX.bar} height={bar.height} rx={2} />
          ),
      )}
    </svg>
  );
}

function Places({ row }: { readonly row: IndicatorRow }) {
  return (
    <ul className="places">
      {row.by_place.map(({ id, name, figure }) => (
        <li key={id}>
          {name} <strong>{written(row.form, figure)}</strong>{' '}
          <span className="quiet">{counted(figure, row)}</span>
        </li>
      ))}
    </ul>
  );
}

function counted(figure: IndicatorFigure, { form }: IndicatorRow): string {
  return form === 'duration' ? `n = ${figure.denominator}` : `${figure.numerator} / ${figure.denominator}`;
}

interface RowProps {
  readonly row: IndicatorRow;
  readonly months: readonly string[];
  readonly onOpen: (row: IndicatorRow) => void;
}

function Row({ row, months, onOpen }: RowProps) {
  const { t } = useTranslation();
  const leftOut = useLeftOut();
  const last = row.by_month.at(-1);
  if (!last) return null;
  const misses = row.target !== null && last.value !== null && last.value < row.target;
  return (
    <tr data-testid="indicator" data-key={row.key}>
      <th scope="row">
        {t(`oversight.figures.name.${row.key as 'adoption'}`)}
        {row.target !== null && (
          <span className="quiet block">
            {t('oversight.figures.target', { target: `${row.target * 100}%` })}
          </span>
        )}
      </th>
      <td className={misses ? 'number bad' : 'number'}>
        <strong>{written(row.form, last)}</strong>
      </td>
      <td className="number">
        <Button type="link" onClick={() => onOpen(row)}>
          {counted(last, row)}
        </Button>
      </td>
      <td>
        <Months row={row} months={months} />
      </td>
      <td className="quiet">{leftOut(last.excluded)}</td>
      <td>
        <Places row={row} />
      </td>
    </tr>
  );
}

interface Props {
  readonly page: IndicatorPage;
  readonly onOpen: (row: IndicatorRow) => void;
}

/** Every indicator: this month, the count behind it, the months before, what was left out, and the places. */
export function IndicatorTable({ page, onOpen }: Props) {
  const { t } = useTranslation();
  return (
    <div className="card table-frame">
      <table className="rows indicators">
        <thead>
          <tr>
            <th scope="col">{t('oversight.figures.indicator')}</th>
            <th scope="col" className="number">
              {page.months.at(-1)}
            </th>
            <th scope="col" className="number">
              {t('oversight.figures.cases')}
            </th>
            <th scope="col">{t('oversight.figures.months')}</th>
            <th scope="col">{t('oversight.figures.leftOut')}</th>
            <th scope="col">{t(`oversight.figures.by.${page.places_are}`)}</th>
          </tr>
        </thead>
        <tbody>
          {page.rows.map((row) => (
            <Row key={row.key} row={row} months={page.months} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
