import { useRef, useState } from 'react';
import { idempotencyKey } from '../../api/client';
import { useSendReferral } from '../../api/referrals';
import type { Priority, Referral, ReferralDraft } from '../../api/types';
import type { Destination } from './DestinationChoice';

interface ReferralText {
  readonly reason: string;
  readonly summary: string;
  readonly instructions: string;
  readonly rehabilitation: string;
  readonly contactName: string;
  readonly contactPhone: string;
}

export interface FormState extends ReferralText {
  readonly destination: Destination | null;
  readonly priority: Priority;
}

interface Setting {
  readonly direction: Referral['direction'];
  readonly initial: Partial<FormState>;
  /** Where the patient comes from; null until somebody has chosen one. */
  readonly about: Pick<ReferralDraft, 'patient_id' | 'episode_id' | 'consult_id'> | null;
  readonly onSent: (referral: Referral) => void;
}

const BLANK: FormState = {
  destination: null,
  priority: 'urgent',
  reason: '',
  summary: '',
  instructions: '',
  rehabilitation: '',
  contactName: '',
  contactPhone: '',
};

function orNull(text: string): string | null {
  return text.trim() || null;
}

/** The form of a new referral; a changed form is another referral, the same one sent twice is not. */
export function useReferralForm({ direction, initial, about, onSent }: Setting) {
  const [form, setForm] = useState<FormState>({ ...BLANK, ...initial });
  const key = useRef(idempotencyKey());
  const sending = useSendReferral();
  const change = (part: Partial<FormState>) => {
    key.current = idempotencyKey();
    setForm((before) => ({ ...before, ...part }));
  };
  const needed =
    direction === 'down'
      ? (['reason', 'summary', 'instructions'] as const)
      : (['reason', 'summary'] as const);
  const isReady =
    about !== null && form.destination !== null && needed.every((part) => form[part].trim() !== '');
  const send = () => {
    if (!about || !form.destination) return;
    const draft: ReferralDraft = {
      ...about,
      direction,
      to_institution_id: form.destination.institutionId,
      to_department_id: form.destination.departmentId,
      priority: form.priority,
      reason: form.reason.trim(),
      summary: form.summary.trim(),
      contact_name: orNull(form.contactName),
      contact_phone: orNull(form.contactPhone),
      instructions: direction === 'down' ? orNull(form.instructions) : null,
      rehabilitation: direction === 'down' ? orNull(form.rehabilitation) : null,
    };
    sending.mutate({ draft, key: key.current }, { onSuccess: onSent });
  };
  return { direction, form, change, isReady, send, sending };
}

export type ReferralFormModel = ReturnType<typeof useReferralForm>;
