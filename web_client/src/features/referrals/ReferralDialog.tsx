import { Input, Modal } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBeds } from '../../api/beds';
import { idempotencyKey } from '../../api/client';
import { useInstitutions } from '../../api/directory';
import { useSendReferral } from '../../api/referrals';
import type { BedPool, Consult, Priority } from '../../api/types';
import { Fetched } from '../../parts/Fetched';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { ChoiceCards } from '../../ui/ChoiceCards';
import { Field } from '../../ui/Field';
import { useBedNote } from './useBedNote';

const PRIORITIES = ['green', 'urgent', 'elective'] as const;

const BY_URGENCY: Readonly<Record<Consult['urgency'], Priority>> = {
  emergent: 'green',
  urgent: 'urgent',
  routine: 'elective',
};

interface Props {
  readonly consult: Consult;
  readonly onClose: () => void;
}

interface Destination {
  readonly departmentId: string;
  readonly institutionId: string;
}

function ownDepartment({ department }: Consult): Destination {
  return { departmentId: department.id, institutionId: department.institution_id };
}

/** Everything is filled in from the consult; the doctor checks and sends. */
function useReferral({ consult, onClose }: Props) {
  const beds = useBeds();
  const hasBeds = beds.data?.some((pool) => pool.department_id === consult.department.id) ?? false;
  const [latest] = [...consult.reports].sort((a, b) => b.version - a.version);
  const [form, setForm] = useState({
    destination: null as Destination | null,
    priority: BY_URGENCY[consult.urgency],
    reason: latest?.assessment.slice(0, 2_000) || consult.question,
    summary:
      [consult.complaint, latest?.findings, latest?.advice].filter(Boolean).join('\n') || consult.question,
  });
  const destination = form.destination ?? (hasBeds ? ownDepartment(consult) : null);
  const key = useRef(idempotencyKey());
  const sending = useSendReferral();
  const change = (part: Partial<typeof form>) => {
    key.current = idempotencyKey();
    setForm((before) => ({ ...before, ...part }));
  };
  const isReady = destination !== null && form.reason.trim() !== '' && form.summary.trim() !== '';
  const send = () => {
    if (!destination) return;
    const draft = {
      patient_id: consult.patient.id,
      episode_id: consult.episode_id,
      consult_id: consult.id,
      direction: 'up' as const,
      to_institution_id: destination.institutionId,
      to_department_id: destination.departmentId,
      priority: form.priority,
      reason: form.reason.trim(),
      summary: form.summary.trim(),
    };
    sending.mutate({ draft, key: key.current }, { onSuccess: onClose });
  };
  return { form, destination, isReady, change, send, sending };
}

type Change = ReturnType<typeof useReferral>['change'];

function DestinationChoice({
  chosen,
  onChange,
}: {
  readonly chosen: string | null;
  readonly onChange: Change;
}) {
  const { t } = useTranslation();
  const institutions = useInstitutions();
  const beds = useBeds();
  const note = useBedNote();
  const poolOf = (departmentId: string): BedPool | undefined =>
    beds.data?.find((pool) => pool.department_id === departmentId);
  return (
    <Fetched query={institutions}>
      {(known) =>
        known
          .filter(({ kind, departments }) => kind === 'county_hospital' && departments.length > 0)
          .map((institution) => (
            <ChoiceCards
              key={institution.id}
              legend={`${t('referral.department')} — ${institution.name}`}
              value={chosen}
              onChoose={(departmentId) =>
                onChange({ destination: { departmentId, institutionId: institution.id } })
              }
              options={institution.departments.map(({ id, name }) => ({
                value: id,
                title: name,
                note: note(poolOf(id)),
              }))}
            />
          ))
      }
    </Fetched>
  );
}

export default function ReferralDialog(props: Props) {
  const { t } = useTranslation();
  const { form, destination, isReady, change, send, sending } = useReferral(props);
  return (
    <Modal
      open
      width={720}
      title={t('referral.refer')}
      okText={t('referral.send')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: sending.isPending }}
      onOk={send}
      onCancel={props.onClose}
    >
      <div className="stack">
        <ChoiceCards
          legend={t('referral.priority')}
          value={form.priority}
          onChoose={(priority) => change({ priority })}
          options={PRIORITIES.map((value) => ({
            value,
            title: t(`referral.priorities.${value}`),
            note: t(`referral.priorityHint.${value}`),
            tone: `priority-${value}`,
          }))}
        />
        <DestinationChoice chosen={destination?.departmentId ?? null} onChange={change} />
        {(['reason', 'summary'] as const).map((part) => (
          <Field key={part} label={t(`referral.${part}`)} isRequired>
            {(field) => (
              <Input.TextArea
                {...field}
                rows={part === 'reason' ? 2 : 4}
                maxLength={part === 'reason' ? 2_000 : 20_000}
                value={form[part]}
                onChange={(event) => change({ [part]: event.target.value })}
              />
            )}
          </Field>
        ))}
        <ProblemNotice error={sending.error} />
      </div>
    </Modal>
  );
}
