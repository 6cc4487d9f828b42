import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, http, idempotencyKey } from './client';
import { keepConsult, refreshConsult } from './consults';
import type { paths } from './generated/http';
import { asProblem } from './problem';
import type { Consult, Invitation } from './types';

type EventBody =
  paths['/api/consults/{consult_id}/invitations/{invitation_id}/events']['post']['requestBody']['content']['application/json'];

/** An event without the version: the mutation adds the one on the screen. */
export type InvitationAction = EventBody extends infer Body
  ? Body extends { version: number }
    ? Omit<Body, 'version'>
    : never
  : never;

export function useExperts() {
  return useQuery({
    queryKey: ['experts'],
    queryFn: () => answered(http.GET('/api/consults/experts')),
    staleTime: 30_000,
  });
}

export function useInviting(consultId: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (invitation: { person_id: string; message: string; key: string }) => {
      const { key, ...body } = invitation;
      return answered(
        http.POST('/api/consults/{consult_id}/invitations', {
          params: { path: { consult_id: consultId }, header: { 'Idempotency-Key': key } },
          body,
        }),
      );
    },
    onSuccess: (changed) => keepConsult(cache, changed),
  });
}

/** One event on one invitation, as it stands on the screen. */
export function useInvitationAction(consult: Pick<Consult, 'id'>, invitation: Invitation) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (action: InvitationAction) =>
      answered(
        http.POST('/api/consults/{consult_id}/invitations/{invitation_id}/events', {
          params: {
            path: { consult_id: consult.id, invitation_id: invitation.id },
            header: { 'Idempotency-Key': idempotencyKey() },
          },
          body: { ...action, version: invitation.version } as EventBody,
        }),
      ),
    onSuccess: (changed) => keepConsult(cache, changed),
    onError: (error) => {
      if (asProblem(error).status === 409) void refreshConsult(cache, consult.id);
    },
  });
}
