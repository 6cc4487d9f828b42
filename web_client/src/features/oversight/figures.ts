/** How a figure is written. Pure. */

import type { IndicatorFigure, IndicatorRow } from '../../api/types';

type Written = Pick<IndicatorFigure, 'value' | 'high'>;

/** A share in per cent, minutes as median / high percentile, a relation with two decimals; a dash over nothing. */
export function written(form: IndicatorRow['form'], { value, high }: Written): string {
  if (value === null) return '—';
  if (form === 'share') return `${(value * 100).toFixed(1)}%`;
  if (form === 'relation') return value.toFixed(2);
  return high === null ? value.toFixed(1) : `${value.toFixed(1)} / ${high.toFixed(1)}`;
}

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** Bars for these values in a box; what has no value has no bar, and a share's box ends at 1. */
export function bars(values: readonly (number | null)[], top: number | null, height: number): (Bar | null)[] {
  const largest = top ?? Math.max(0, ...values.filter((value) => value !== null));
  return values.map((value, x) => {
    if (value === null) return null;
    const tall = largest === 0 ? 0 : (Math.min(value, largest) / largest) * height;
    return { x, y: height - Math.max(tall, 1), height: Math.max(tall, 1) };
  });
}
