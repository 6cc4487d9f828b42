import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, http, idempotencyKey } from './client';
import type { BreakGlass, BreakGlassVerdict, Role } from './types';

const BREAKING: ReadonlySet<Role> = new Set<Role>([
  'township_doctor',
  'village_doctor',
  'specialist',
  'director',
  'emergency_coordinator',
]);
const REVIEWING: ReadonlySet<Role> = new Set<Role>(['director', 'regulator']);

export function mayBreakGlass(role: Role | undefined): boolean {
  return role !== undefined && BREAKING.has(role);
}

export function reviewsGlass(role: Role | undefined): boolean {
  return role !== undefined && REVIEWING.has(role);
}

/** One's own accesses that still last. */
export function useMyBreakGlass(isAllowed: boolean) {
  return useQuery({
    queryKey: ['break-glass', 'mine'],
    queryFn: () => answered(http.GET('/api/break-glass/mine')),
    enabled: isAllowed,
    refetchInterval: 60_000,
  });
}

/** What a director or a regulator has to judge. */
export function useGlassReviews(waiting: boolean, isAllowed = true) {
  return useQuery({
    queryKey: ['break-glass', 'reviews', waiting],
    queryFn: () => answered(http.GET('/api/break-glass', { params: { query: { waiting } } })),
    enabled: isAllowed,
    refetchInterval: 60_000,
  });
}

/** How somebody names the patient: a page that stayed closed, or the number on the card. */
export type GlassOf = { readonly patient_id: string } | { readonly resident_id: string };

export function useBreakGlass(of: GlassOf) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ reason, pin, key }: { reason: string; pin: string; key: string }) =>
      answered(
        http.POST('/api/break-glass', {
          params: { header: { 'Idempotency-Key': key } },
          body: { ...of, reason, pin },
        }),
      ),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: ['break-glass'] });
      void cache.invalidateQueries({ queryKey: ['patients'] });
    },
  });
}

export function useGiveBack() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (glassId: string) =>
      answered(http.POST('/api/break-glass/{glass_id}/end', { params: { path: { glass_id: glassId } } })),
    onSettled: () => {
      void cache.invalidateQueries({ queryKey: ['break-glass'] });
      void cache.invalidateQueries({ queryKey: ['patients'] });
    },
  });
}

interface Review {
  readonly glass: BreakGlass;
  readonly verdict: BreakGlassVerdict;
  readonly note: string;
}

export function useReviewGlass() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ glass, verdict, note }: Review) =>
      answered(
        http.POST('/api/break-glass/{glass_id}/review', {
          params: { path: { glass_id: glass.id }, header: { 'Idempotency-Key': idempotencyKey() } },
          body: { version: glass.version, verdict, note },
        }),
      ),
    onSettled: () => cache.invalidateQueries({ queryKey: ['break-glass'] }),
  });
}
