import { Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeepPlace } from '../../api/people';
import type { InstitutionDetails } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';
import { TextFields } from './TextFields';

const KINDS = [
  'county_hospital',
  'township_centre',
  'community_centre',
  'village_room',
  'emergency_centre',
  'administration',
] as const;
const IDENTIFIERS = ['social_credit_code', 'medical_licence', 'insurance_code', 'local_code'] as const;
type IdentifierKind = (typeof IDENTIFIERS)[number];

interface Props {
  /** Null for a new one. */
  readonly place: InstitutionDetails | null;
  readonly onClose: () => void;
}

function numbersOf(place: InstitutionDetails | null): Record<IdentifierKind, string> {
  const known = (kind: IdentifierKind) => place?.identifiers.find((each) => each.kind === kind)?.value ?? '';
  return {
    social_credit_code: known('social_credit_code'),
    medical_licence: known('medical_licence'),
    insurance_code: known('insurance_code'),
    local_code: known('local_code'),
  };
}

/** An institution's name, kind and numbers. */
export function PlaceDialog({ place, onClose }: Props) {
  const { t } = useTranslation();
  const keep = useKeepPlace();
  const [name, setName] = useState(place?.name ?? '');
  const [kind, setKind] = useState<InstitutionDetails['kind']>(place?.kind ?? 'township_centre');
  const [numbers, setNumbers] = useState(numbersOf(place));
  const send = () => {
    const identifiers = IDENTIFIERS.flatMap((each) => {
      const value = numbers[each].trim().toUpperCase();
      return value === '' ? [] : [{ kind: each, value }];
    });
    keep.mutate({ place, body: { name, kind, identifiers } }, { onSuccess: onClose });
  };
  return (
    <Modal
      open
      width={760}
      title={place ? `${t('places.change')} — ${place.name}` : t('places.enrol')}
      okText={t('people.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: name.trim() === '', loading: keep.isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="stack">
        <TextFields
          values={{ name }}
          onChange={(_, value) => setName(value)}
          fields={[{ name: 'name', label: t('places.name'), isRequired: true }]}
        />
        <Field label={t('places.kind')} isRequired>
          {(props) => (
            <select
              {...props}
              value={kind}
              onChange={(event) => setKind(event.target.value as InstitutionDetails['kind'])}
            >
              {KINDS.map((each) => (
                <option key={each} value={each}>
                  {t(`places.kinds.${each}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <TextFields
          values={numbers}
          onChange={(each, value) => setNumbers((before) => ({ ...before, [each]: value }))}
          fields={IDENTIFIERS.map((each) => ({ name: each, label: t(`places.identifier.${each}`) }))}
        />
        <ProblemNotice error={keep.error} />
      </div>
    </Modal>
  );
}
