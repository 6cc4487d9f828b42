import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, http } from './client';
import type { PatientRegistration } from './types';

export function usePatientSearch(text: string) {
  const q = text.trim();
  return useQuery({
    queryKey: ['patients', 'search', q],
    queryFn: () => answered(http.GET('/api/patients', { params: { query: { q } } })),
    placeholderData: keepPreviousData,
  });
}

export function usePatient(patientId: string | null) {
  return useQuery({
    queryKey: ['patients', 'one', patientId],
    queryFn: () =>
      answered(http.GET('/api/patients/{patient_id}', { params: { path: { patient_id: patientId ?? '' } } })),
    enabled: patientId !== null,
  });
}

export function usePatientRecord(patientId: string) {
  return useQuery({
    queryKey: ['patients', 'record', patientId],
    queryFn: () =>
      answered(
        http.GET('/api/patients/{patient_id}/record', { params: { path: { patient_id: patientId } } }),
      ),
  });
}

export function useRegisterPatient() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (registration: PatientRegistration) =>
      answered(http.POST('/api/patients', { body: registration })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['patients'] }),
  });
}
