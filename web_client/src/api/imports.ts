import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, http } from './client';
import { sendFile } from './people';
import type { ImportKind, ImportReport } from './types';

export function useImportColumns(kind: ImportKind) {
  return useQuery({
    queryKey: ['imports', kind, 'columns'],
    queryFn: () => answered(http.GET('/api/imports/{kind}/columns', { params: { path: { kind } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function templateUrl(kind: ImportKind): string {
  return `/api/imports/${kind}/template`;
}

interface Import {
  readonly kind: ImportKind;
  readonly file: File;
  readonly isDry: boolean;
}

/** Tries a table, or imports it: all of it, or nothing when anything is wrong. */
export function useImport() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, file, isDry }: Import) =>
      sendFile<ImportReport>(`/api/imports/${kind}?dry_run=${isDry}`, 'POST', file),
    onSuccess: async ({ is_written }) => {
      if (!is_written) return;
      for (const key of ['people', 'places', 'institutions', 'rosters'])
        await cache.invalidateQueries({ queryKey: [key] });
    },
  });
}
