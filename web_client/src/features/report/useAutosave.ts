import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { fetchReportDraft, saveReportDraft } from '../../api/consults';
import { asProblem } from '../../api/problem';
import type { ReportContent, ReportDraft } from '../../api/types';
import { type Autosave, type AutosaveEffect, type AutosaveEvent, step } from './autosave';

const CONFLICT = 'consult/draft-stale';

/** Keeps the draft on the server two seconds behind the keyboard. */
export function useAutosave(consultId: string, draft: ReportDraft) {
  const { findings, assessment, advice, version } = draft;
  const cache = useQueryClient();
  const [state, setState] = useState<Autosave>({
    phase: 'clean',
    content: { findings, assessment, advice },
    version,
  });
  const [savedAt, setSavedAt] = useState<string | null>(draft.saved_at);
  const current = useRef(state);
  const timer = useRef<number | undefined>(undefined);
  const settled = useRef<(() => void) | null>(null);

  const dispatch = useCallback(
    (event: AutosaveEvent) => {
      const run = (effect: AutosaveEffect) => {
        window.clearTimeout(timer.current);
        if (effect.type === 'wait') {
          timer.current = window.setTimeout(() => dispatch({ type: 'due' }), effect.ms);
          return;
        }
        saveReportDraft(consultId, effect.content, effect.version)
          .then((saved) => {
            setSavedAt(saved.saved_at);
            cache.setQueryData(['report-draft', consultId], saved);
            dispatch({ type: 'saved', version: saved.version });
          })
          .catch((error: unknown) =>
            dispatch({ type: asProblem(error).code === CONFLICT ? 'conflicted' : 'save_failed' }),
          );
      };
      const [next, effects] = step(current.current, event);
      current.current = next;
      setState(next);
      for (const effect of effects) run(effect);
      if (next.phase === 'clean' || next.phase === 'conflict' || next.phase === 'failed') settled.current?.();
    },
    [consultId, cache],
  );
  useEffect(() => () => window.clearTimeout(timer.current), []);

  /** Saves what is unsaved and resolves to whether all of it is on the server. */
  const flush = useCallback(async (): Promise<boolean> => {
    while (current.current.phase === 'dirty' || current.current.phase === 'saving') {
      const done = new Promise<void>((resolve) => {
        settled.current = resolve;
      });
      dispatch({ type: 'due' });
      await done;
    }
    return current.current.phase === 'clean';
  }, [dispatch]);

  const resolveConflict = useCallback(
    async (keepMine: boolean) => {
      const theirs = await fetchReportDraft(consultId);
      const content: ReportContent = {
        findings: theirs.findings,
        assessment: theirs.assessment,
        advice: theirs.advice,
      };
      if (keepMine) dispatch({ type: 'kept_mine', version: theirs.version });
      else dispatch({ type: 'took_theirs', content, version: theirs.version });
    },
    [consultId, dispatch],
  );
  return { state, savedAt, dispatch, flush, resolveConflict };
}
