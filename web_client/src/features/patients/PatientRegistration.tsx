import { Button, Input, Radio } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRegisterPatient } from '../../api/patients';
import type { Patient } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { today } from '../../ui/clock';
import { Field } from '../../ui/Field';
import { checkResidentId, normalisedResidentId, type ResidentId } from './residentId';

interface Form {
  readonly name: string;
  readonly residentId: string;
  readonly sex: 'male' | 'female' | 'unknown' | null;
  readonly birthDate: string;
  readonly phone: string;
  readonly address: string;
}

function startingWith(typed: string): Form {
  const blank: Form = { name: '', residentId: '', sex: null, birthDate: '', phone: '', address: '' };
  if (/^[\dXx ]{6,}$/.test(typed)) return withResidentId(blank, typed);
  return { ...blank, name: typed.trim() };
}

/** A number that is right fills in birth date and sex. */
function withResidentId(form: Form, residentId: string): Form {
  const checked = checkResidentId(residentId, today());
  if (checked.kind !== 'valid') return { ...form, residentId };
  return { ...form, residentId, sex: checked.sex, birthDate: checked.birthDate };
}

function useRegistration(typed: string, onRegistered: (patient: Patient) => void) {
  const [form, setForm] = useState(() => startingWith(typed));
  const register = useRegisterPatient();
  const checked = checkResidentId(form.residentId, today());
  const hasId = form.residentId.trim() !== '';
  const isReady = form.name.trim() !== '' && (hasId ? checked.kind === 'valid' : form.sex !== null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || register.isPending) return;
    const { name, sex, birthDate, phone, address } = form;
    const body = {
      name,
      sex,
      birth_date: birthDate || null,
      resident_id: hasId ? normalisedResidentId(form.residentId) : null,
      phone: phone || null,
      address: address || null,
    };
    register.mutate(body, { onSuccess: onRegistered });
  };
  const change = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const typeId = (value: string) => setForm((before) => withResidentId(before, value));
  return { form, change, typeId, checked, hasId, isReady, submit, register };
}

function useIdNote(
  checked: ResidentId,
  hasId: boolean,
): { readonly note: string; readonly isFault: boolean } {
  const { t } = useTranslation();
  if (!hasId) return { note: t('patients.idOptional'), isFault: false };
  switch (checked.kind) {
    case 'valid':
      return { note: t('patients.idValid'), isFault: false };
    case 'incomplete':
      return { note: t('patients.idMissing', { count: checked.missing }), isFault: false };
    case 'faulty':
      return { note: t(`patients.idFault.${checked.fault}`), isFault: true };
  }
}

interface Props {
  readonly typed: string;
  readonly onRegistered: (patient: Patient) => void;
  readonly onCancel: () => void;
}

/** Registers a patient; the resident ID is checked while it is typed. */
export function PatientRegistration({ typed, onRegistered, onCancel }: Props) {
  const { t } = useTranslation();
  const { form, change, typeId, checked, hasId, isReady, submit, register } = useRegistration(
    typed,
    onRegistered,
  );
  const id = useIdNote(checked, hasId);
  const isDerived = hasId && checked.kind === 'valid';
  return (
    <form className="form-grid" onSubmit={submit} aria-label={t('patients.register')}>
      <Field label={t('patients.residentId')} note={id.note} isFault={id.isFault}>
        {(props) => (
          <Input
            {...props}
            autoFocus
            inputMode="text"
            maxLength={22}
            status={id.isFault ? 'error' : undefined}
            value={form.residentId}
            onChange={(event) => typeId(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('patients.name')} isRequired>
        {(props) => (
          <Input
            {...props}
            required
            value={form.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('patients.sex')} isRequired isGroup>
        {(props) => (
          <Radio.Group
            {...props}
            disabled={isDerived}
            value={form.sex}
            onChange={(event) => change({ sex: event.target.value as Form['sex'] })}
            options={(['male', 'female', 'unknown'] as const).map((value) => ({
              value,
              label: t(`ui.sex.${value}`),
            }))}
          />
        )}
      </Field>
      <Field label={t('patients.birthDate')}>
        {(props) => (
          <Input
            {...props}
            type="date"
            max={today()}
            disabled={isDerived}
            value={form.birthDate}
            onChange={(event) => change({ birthDate: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('patients.phone')}>
        {(props) => (
          <Input
            {...props}
            inputMode="tel"
            value={form.phone}
            onChange={(event) => change({ phone: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('patients.address')}>
        {(props) => (
          <Input
            {...props}
            value={form.address}
            onChange={(event) => change({ address: event.target.value })}
          />
        )}
      </Field>
      <div className="form-end">
        <ProblemNotice error={register.error} />
        <Button onClick={onCancel}>{t('patients.backToSearch')}</Button>
        <Button type="primary" htmlType="submit" disabled={!isReady} loading={register.isPending}>
          {t('patients.registerNow')}
        </Button>
      </div>
    </form>
  );
}
