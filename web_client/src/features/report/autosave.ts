/** When a report draft is saved, and what the page may honestly say about it. Pure. */

import type { ReportContent } from '../../api/types';

export type Autosave =
  | { readonly phase: 'clean'; readonly content: ReportContent; readonly version: number }
  | { readonly phase: 'dirty'; readonly content: ReportContent; readonly version: number }
  | {
      readonly phase: 'saving';
      readonly content: ReportContent;
      readonly version: number;
      readonly saving: ReportContent;
    }
  | {
      readonly phase: 'failed';
      readonly content: ReportContent;
      readonly version: number;
      readonly attempt: number;
    }
  /** Another tab saved meanwhile: somebody has to choose. */
  | { readonly phase: 'conflict'; readonly content: ReportContent; readonly version: number };

export type AutosaveEvent =
  | { readonly type: 'edited'; readonly part: Partial<ReportContent> }
  | { readonly type: 'due' }
  | { readonly type: 'saved'; readonly version: number }
  | { readonly type: 'save_failed' }
  | { readonly type: 'conflicted' }
  | { readonly type: 'kept_mine'; readonly version: number }
  | { readonly type: 'took_theirs'; readonly content: ReportContent; readonly version: number };

export type AutosaveEffect =
  | { readonly type: 'save'; readonly content: ReportContent; readonly version: number }
  | { readonly type: 'wait'; readonly ms: number };

type Step = readonly [Autosave, readonly AutosaveEffect[]];

const SAVE_AFTER_MS = 2_000;
export const RETRY_AFTER_MS = 5_000;

const isSame = (a: ReportContent, b: ReportContent) =>
  a.findings === b.findings && a.assessment === b.assessment && a.advice === b.advice;

const pause = (ms: number): AutosaveEffect => ({ type: 'wait', ms });

export function step(state: Autosave, event: AutosaveEvent): Step {
  switch (event.type) {
    case 'edited':
      return onEdited(state, { ...state.content, ...event.part });
    case 'due':
      return onDue(state);
    case 'saved':
      return onSaved(state, event.version);
    case 'save_failed':
      if (state.phase !== 'saving') return [state, []];
      return [
        { phase: 'failed', content: state.content, version: state.version, attempt: 1 },
        [pause(RETRY_AFTER_MS)],
      ];
    case 'conflicted':
      return [{ phase: 'conflict', content: state.content, version: state.version }, []];
    case 'kept_mine':
      return save({ phase: 'dirty', content: state.content, version: event.version });
    case 'took_theirs':
      return [{ phase: 'clean', content: event.content, version: event.version }, []];
  }
}

function onEdited(state: Autosave, content: ReportContent): Step {
  switch (state.phase) {
    case 'clean':
    case 'dirty':
      return [{ phase: 'dirty', content, version: state.version }, [pause(SAVE_AFTER_MS)]];
    case 'saving':
    case 'failed':
    case 'conflict':
      return [{ ...state, content }, []];
  }
}

function save(state: Autosave): Step {
  const { content, version } = state;
  return [{ phase: 'saving', content, version, saving: content }, [{ type: 'save', content, version }]];
}

function onDue(state: Autosave): Step {
  return state.phase === 'dirty' || state.phase === 'failed' ? save(state) : [state, []];
}

function onSaved(state: Autosave, version: number): Step {
  if (state.phase !== 'saving') return [state, []];
  if (isSame(state.saving, state.content)) return [{ phase: 'clean', content: state.content, version }, []];
  return [{ phase: 'dirty', content: state.content, version }, [pause(SAVE_AFTER_MS)]];
}
