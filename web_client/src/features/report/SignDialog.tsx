import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idempotencyKey } from '../../api/client';
import { refreshConsult, sendConsultEvent } from '../../api/consults';
import { lineDown } from '../../api/problem';
import type { Consult } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';

interface Props {
  readonly consult: Consult;
  readonly onFlush: () => Promise<boolean>;
  readonly onClose: () => void;
}

/** Saves what is unsaved, ends the meeting when it still runs, and signs. */
function useSigning({ consult, onFlush, onClose }: Props) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (pin: string) => {
      if (!(await onFlush())) throw lineDown();
      const mustFinish =
        !consult.available_events.includes('sign') && consult.available_events.includes('finish');
      const finished = mustFinish
        ? await sendConsultEvent(consult, { event: 'finish' }, idempotencyKey())
        : consult;
      return sendConsultEvent(finished, { event: 'sign', pin }, idempotencyKey());
    },
    onSuccess: onClose,
    onSettled: () => {
      void refreshConsult(cache, consult.id);
      void cache.invalidateQueries({ queryKey: ['consults', 'worklist'] });
    },
  });
}

export function SignDialog(props: Props) {
  const { t } = useTranslation();
  const { consult, onClose } = props;
  const [pin, setPin] = useState('');
  const signing = useSigning(props);
  const isReady = pin.length >= 4 && !signing.isPending;
  const sign = () => isReady && signing.mutate(pin);
  return (
    <Modal
      open
      title={t('report.signTitle')}
      okText={t('report.signNow')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: signing.isPending }}
      onOk={sign}
      onCancel={onClose}
    >
      <div className="stack">
        <p>{t('report.signHint')}</p>
        {!consult.available_events.includes('sign') && <p className="callout">{t('report.finishFirst')}</p>}
        <Field label={t('report.pin')} isRequired>
          {(field) => (
            <Input
              {...field}
              type="password"
              autoFocus
              inputMode="numeric"
              autoComplete="off"
              maxLength={32}
              value={pin}
              onChange={(event) => setPin(event.target.value)}
              onPressEnter={sign}
            />
          )}
        </Field>
        <ProblemNotice error={signing.error} />
      </div>
    </Modal>
  );
}
