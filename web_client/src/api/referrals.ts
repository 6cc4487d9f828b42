import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, http } from './client';
import type { paths } from './generated/http';
import { asProblem } from './problem';
import type { Referral, ReferralDraft } from './types';

type EventBody =
  paths['/api/referrals/{referral_id}/events']['post']['requestBody']['content']['application/json'];

/** An event without the version: the mutation adds the one on the screen. */
export type ReferralAction = EventBody extends infer Body
  ? Body extends { version: number }
    ? Omit<Body, 'version'>
    : never
  : never;

export function useReferrals(view: 'incoming' | 'outgoing') {
  return useQuery({
    queryKey: ['referrals', view],
    queryFn: () => answered(http.GET('/api/referrals', { params: { query: { view } } })),
    refetchInterval: 30_000,
  });
}

export function useReferral(referralId: string) {
  return useQuery({
    queryKey: ['referrals', 'one', referralId],
    queryFn: () =>
      answered(http.GET('/api/referrals/{referral_id}', { params: { path: { referral_id: referralId } } })),
  });
}

function sendReferralEvent(referral: Pick<Referral, 'id' | 'version'>, action: ReferralAction, key: string) {
  return answered(
    http.POST('/api/referrals/{referral_id}/events', {
      params: { path: { referral_id: referral.id }, header: { 'Idempotency-Key': key } },
      body: { ...action, version: referral.version } as EventBody,
    }),
  );
}

interface Sending {
  readonly draft: ReferralDraft;
  readonly key: string;
}

/** Draws up a referral and sends it; the key makes a second click the same referral. */
export function useSendReferral() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ draft, key }: Sending) => {
      const drawn = await answered(
        http.POST('/api/referrals', { body: draft, params: { header: { 'Idempotency-Key': key } } }),
      );
      if (drawn.state !== 'draft') return drawn;
      return sendReferralEvent(drawn, { event: 'submit' }, `${key}-submit`);
    },
    onSuccess: (sent) => {
      cache.setQueryData(['referrals', 'one', sent.id], sent);
      for (const key of ['referrals', 'consults', 'patients'])
        void cache.invalidateQueries({ queryKey: [key] });
    },
  });
}

interface Acting {
  readonly action: ReferralAction;
  readonly key: string;
}

export function useReferralAction(referral: Pick<Referral, 'id' | 'version'>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ action, key }: Acting) => sendReferralEvent(referral, action, key),
    onSuccess: (changed) => {
      cache.setQueryData(['referrals', 'one', changed.id], changed);
      for (const key of ['referrals', 'beds', 'patients']) void cache.invalidateQueries({ queryKey: [key] });
    },
    onError: (error) => {
      if (asProblem(error).status === 409) void cache.invalidateQueries({ queryKey: ['referrals'] });
    },
  });
}
