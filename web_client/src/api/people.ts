import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, http, idempotencyKey } from './client';
import { lineDown, problemFrom } from './problem';
import type {
  CertificateGiven,
  InstitutionChanges,
  InstitutionGiven,
  OwnPassword,
  OwnPin,
  PersonChanges,
  PersonDetails,
  PersonGiven,
  RoleGiven,
} from './types';

const PEOPLE = ['people'] as const;
const PLACES = ['places'] as const;

export interface PeopleSought {
  readonly q: string;
  readonly institution_id?: string;
  readonly attention: boolean;
}

export function usePeople(sought: PeopleSought) {
  return useQuery({
    queryKey: [...PEOPLE, 'list', sought],
    queryFn: () => answered(http.GET('/api/people', { params: { query: { ...sought, limit: 500 } } })),
  });
}

export function usePerson(personId: string) {
  return useQuery({
    queryKey: [...PEOPLE, personId],
    queryFn: () =>
      answered(http.GET('/api/people/{person_id}', { params: { path: { person_id: personId } } })),
  });
}

/** A change of a person, whose answer is the person after it. */
function usePersonChange<Change>(change: (change: Change) => Promise<PersonDetails>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (person) => cache.setQueryData([...PEOPLE, person.person_id], person),
    onSettled: () => cache.invalidateQueries({ queryKey: PEOPLE }),
  });
}

const header = () => ({ 'Idempotency-Key': idempotencyKey() });

export function useEnrolPerson() {
  return usePersonChange((body: PersonGiven) =>
    answered(http.POST('/api/people', { body, params: { header: header() } })),
  );
}

export function useChangePerson(personId: string) {
  return usePersonChange((body: PersonChanges) =>
    answered(http.PUT('/api/people/{person_id}', { body, params: { path: { person_id: personId } } })),
  );
}

export function useDisablePerson(personId: string) {
  return usePersonChange((body: { version: number; is_disabled: boolean }) =>
    answered(
      http.PUT('/api/people/{person_id}/disabling', { body, params: { path: { person_id: personId } } }),
    ),
  );
}

export function useClearPin(personId: string) {
  return usePersonChange((_: undefined) =>
    answered(http.DELETE('/api/people/{person_id}/pin', { params: { path: { person_id: personId } } })),
  );
}

/** The new password is in the answer alone; it is kept in no cache. */
export function useIssuePassword(personId: string) {
  const cache = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: () =>
      answered(http.POST('/api/people/{person_id}/password', { params: { path: { person_id: personId } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: [...PEOPLE, personId] }),
  });
}

export function useGiveRole(personId: string) {
  return usePersonChange((body: RoleGiven) =>
    answered(
      http.POST('/api/people/{person_id}/memberships', {
        body,
        params: { path: { person_id: personId }, header: header() },
      }),
    ),
  );
}

export function useEndRole(personId: string) {
  return usePersonChange((membershipId: string) =>
    answered(
      http.DELETE('/api/people/{person_id}/memberships/{membership_id}', {
        params: { path: { person_id: personId, membership_id: membershipId } },
      }),
    ),
  );
}

interface CertificateChange {
  /** Null for a new one. */
  readonly id: string | null;
  readonly body: CertificateGiven;
}

export function useKeepCertificate(personId: string) {
  return usePersonChange(({ id, body }: CertificateChange) =>
    answered(
      id === null
        ? http.POST('/api/people/{person_id}/credentials', {
            body,
            params: { path: { person_id: personId }, header: header() },
          })
        : http.PUT('/api/people/{person_id}/credentials/{credential_id}', {
            body,
            params: { path: { person_id: personId, credential_id: id } },
          }),
    ),
  );
}

export function useVerify(personId: string, credentialId: string) {
  return usePersonChange((isVerified: boolean) =>
    answered(
      http.PUT('/api/people/{person_id}/credentials/{credential_id}/verification', {
        body: { is_verified: isVerified },
        params: { path: { person_id: personId, credential_id: credentialId } },
      }),
    ),
  );
}

export function evidenceUrl(personId: string, credentialId: string): string {
  return `/api/people/${personId}/credentials/${credentialId}/evidence`;
}

/** Sends a file as the whole body. */
export async function sendFile<Answer>(url: string, method: 'PUT' | 'POST', file: Blob): Promise<Answer> {
  const response = await window
    .fetch(url, { method, body: file, credentials: 'same-origin' })
    .catch(() => Promise.reject(lineDown()));
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw problemFrom(response.status, body);
  return body as Answer;
}

export function useShowEvidence(personId: string, credentialId: string) {
  return usePersonChange((file: File) =>
    sendFile<PersonDetails>(
      `${evidenceUrl(personId, credentialId)}?name=${encodeURIComponent(file.name)}`,
      'PUT',
      file,
    ),
  );
}

export function usePlaces() {
  return useQuery({
    queryKey: PLACES,
    queryFn: () => answered(http.GET('/api/institutions/administered')),
  });
}

function usePlaceChange<Change, Outcome>(change: (change: Change) => Promise<Outcome>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: async () => {
      await cache.invalidateQueries({ queryKey: PLACES });
      await cache.invalidateQueries({ queryKey: ['institutions'] });
    },
  });
}

interface PlaceChange {
  /** Null for a new one. */
  readonly place: { readonly id: string; readonly version: number } | null;
  readonly body: InstitutionGiven;
}

export function useKeepPlace() {
  return usePlaceChange(({ place, body }: PlaceChange) => {
    if (place === null)
      return answered(http.POST('/api/institutions', { body, params: { header: header() } }));
    const changes: InstitutionChanges = { ...body, version: place.version };
    const path = { institution_id: place.id };
    return answered(http.PUT('/api/institutions/{institution_id}', { body: changes, params: { path } }));
  });
}

interface DepartmentChange {
  /** Null for a new one. */
  readonly id: string | null;
  readonly name: string;
}

export function useKeepDepartment(institutionId: string) {
  const path = { institution_id: institutionId };
  return usePlaceChange(({ id, name }: DepartmentChange) =>
    answered(
      id === null
        ? http.POST('/api/institutions/{institution_id}/departments', {
            body: { name },
            params: { path, header: header() },
          })
        : http.PUT('/api/institutions/{institution_id}/departments/{department_id}', {
            body: { name },
            params: { path: { ...path, department_id: id } },
          }),
    ),
  );
}

export function useChangeOwnPassword() {
  return useMutation({
    mutationFn: (body: OwnPassword) => answered(http.PUT('/api/session/password', { body })),
  });
}

export function useChangeOwnPin() {
  return useMutation({ mutationFn: (body: OwnPin) => answered(http.PUT('/api/session/pin', { body })) });
}
