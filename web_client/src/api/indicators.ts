import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { answered, http } from './client';

export interface IndicatorQuestion {
  /** The last month, `2026-03`. */
  readonly month: string;
  readonly institution_id: string;
  readonly department_id: string;
}

const MONTHS_SHOWN = 6;

function parametersOf({ month, institution_id, department_id }: IndicatorQuestion) {
  return {
    month,
    ...(institution_id && { institution_id }),
    ...(department_id && { department_id }),
  };
}

export function useIndicators(question: IndicatorQuestion) {
  return useQuery({
    queryKey: ['indicators', question],
    queryFn: () =>
      answered(
        http.GET('/api/indicators', {
          params: { query: { ...parametersOf(question), months: MONTHS_SHOWN } },
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

/** The cases of one month behind one indicator. */
export function useIndicatorCases(key: string, question: IndicatorQuestion) {
  return useQuery({
    queryKey: ['indicators', 'cases', key, question],
    queryFn: () =>
      answered(
        http.GET('/api/indicators/{key}/cases', {
          params: { path: { key }, query: { ...parametersOf(question), months: 1 } },
        }),
      ),
  });
}

/** Where the same figures are a table, or a printed month. */
export function indicatorFile(question: IndicatorQuestion, kind: 'csv' | 'pdf', language: string): string {
  const parameters = new URLSearchParams({ ...parametersOf(question), months: String(MONTHS_SHOWN) });
  if (kind === 'pdf') parameters.set('language', language === 'en' ? 'en' : 'zh');
  return `/api/indicators.${kind}?${parameters.toString()}`;
}
