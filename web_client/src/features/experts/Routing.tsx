import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idempotencyKey } from '../../api/client';
import { type ConsultAction, useConsultAction } from '../../api/consults';
import type { Consult } from '../../api/types';
import { DepartmentChoice } from '../../parts/DepartmentChoice';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';
import { ExpertChoice } from './ExpertChoice';

interface DialogProps {
  readonly consult: Consult;
  readonly onClose: () => void;
}

function useSending({ consult, onClose }: DialogProps) {
  const action = useConsultAction(consult);
  const send = (next: ConsultAction) =>
    action.mutate({ action: next, key: idempotencyKey() }, { onSuccess: onClose });
  return { action, send };
}

function RouteDialog(props: DialogProps) {
  const { t } = useTranslation();
  const { action, send } = useSending(props);
  const [department, setDepartment] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const isReady = department !== null && reason.trim() !== '';
  const route = () =>
    department && send({ event: 'route', department_id: department, reason: reason.trim() });
  return (
    <Modal
      open
      title={t('experts.route')}
      okText={t('experts.routeSend')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: action.isPending }}
      onOk={route}
      onCancel={props.onClose}
    >
      <div className="stack">
        <DepartmentChoice chosen={department} onChoose={setDepartment} />
        <Field label={t('experts.routeReason')} isRequired>
          {(field) => (
            <Input
              {...field}
              maxLength={2000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <ProblemNotice error={action.error} />
      </div>
    </Modal>
  );
}

function RingDialog(props: DialogProps) {
  const { t } = useTranslation();
  const { action, send } = useSending(props);
  const [chosen, setChosen] = useState<string | null>(null);
  const { offers } = props.consult;
  const ringing = new Set(
    offers.filter(({ status }) => status === 'ringing').map(({ person }) => person.person_id),
  );
  return (
    <Modal
      open
      title={t('experts.ring')}
      okText={t('experts.ringSend')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: chosen === null, loading: action.isPending }}
      onOk={() => chosen && send({ event: 'ring', person_id: chosen })}
      onCancel={props.onClose}
    >
      <div className="stack">
        <ExpertChoice
          chosen={chosen}
          onChoose={setChosen}
          isOffered={({ person_id }) => !ringing.has(person_id)}
        />
        <ProblemNotice error={action.error} />
      </div>
    </Modal>
  );
}

/** Asking elsewhere: another department, or somebody by name. */
export function Routing({ consult }: { readonly consult: Consult }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<'route' | 'ring' | null>(null);
  const offered = (['ring', 'route'] as const).filter((event) => consult.available_events.includes(event));
  const close = () => setAsking(null);
  if (offered.length === 0) return null;
  return (
    <div className="row wrap">
      {offered.map((event) => (
        <Button key={event} onClick={() => setAsking(event)}>
          {t(`experts.${event}`)}
        </Button>
      ))}
      {asking === 'route' && <RouteDialog consult={consult} onClose={close} />}
      {asking === 'ring' && <RingDialog consult={consult} onClose={close} />}
    </div>
  );
}
