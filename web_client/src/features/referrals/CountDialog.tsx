import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCountBeds } from '../../api/beds';
import type { BedPool } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';

const NUMBERS = ['total', 'occupied'] as const;

interface Props {
  readonly pool: BedPool;
  readonly onClose: () => void;
}

/** The bed office's count of one department. */
export function CountDialog({ pool, onClose }: Props) {
  const { t } = useTranslation();
  const count = useCountBeds();
  const [typed, setTyped] = useState({ total: String(pool.total), occupied: String(pool.occupied) });
  const isReady = NUMBERS.every((number) => /^\d{1,4}$/.test(typed[number]));
  const send = () => {
    const numbers = { total: Number(typed.total), occupied: Number(typed.occupied) };
    count.mutate({ pool, ...numbers }, { onSuccess: onClose });
  };
  return (
    <Modal
      open
      title={`${t('beds.count')} — ${pool.department_name}`}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: count.isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="stack">
        {NUMBERS.map((number) => (
          <Field key={number} label={t(`beds.counted.${number}`)} isRequired>
            {(props) => (
              <Input
                {...props}
                inputMode="numeric"
                value={typed[number]}
                onChange={(event) => setTyped((before) => ({ ...before, [number]: event.target.value }))}
              />
            )}
          </Field>
        ))}
        <ProblemNotice error={count.error} />
      </div>
    </Modal>
  );
}
