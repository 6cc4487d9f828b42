/** One episode as it went: everything that happened, by time. Pure. */

import type { Episode } from '../../api/types';

export interface TimelineItem {
  readonly kind: 'consult' | 'report' | 'study' | 'referral';
  readonly id: string;
  readonly at: string;
  readonly text: string;
  readonly address: string | null;
}

export function timelineOf({ consults, reports, studies, referrals }: Episode): readonly TimelineItem[] {
  const items: TimelineItem[] = [
    ...consults.map(({ id, question, submitted_at, created_at }) => ({
      kind: 'consult' as const,
      id,
      at: submitted_at ?? created_at,
      text: question,
      address: `/consults/${id}`,
    })),
    ...reports.map(({ id, consult_id, signed_at, signed_by }) => ({
      kind: 'report' as const,
      id,
      at: signed_at,
      text: signed_by.name,
      address: `/consults/${consult_id}`,
    })),
    ...studies.map(({ study_uid, linked_at, description, modalities }) => ({
      kind: 'study' as const,
      id: study_uid,
      at: linked_at,
      text: [modalities.join('/'), description].filter(Boolean).join(' '),
      address: null,
    })),
    ...referrals.map(({ id, created_at, submitted_at, to_department }) => ({
      kind: 'referral' as const,
      id,
      at: submitted_at ?? created_at,
      text: `${to_department.institution_name} ${to_department.name}`,
      address: `/referrals/${id}`,
    })),
  ];
  return items.sort((a, b) => a.at.localeCompare(b.at));
}
