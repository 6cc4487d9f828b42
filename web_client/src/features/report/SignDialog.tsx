import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { idempotencyKey } from '../../api/client';
import { refreshConsult, sendConsultEvent } from '../../api/consults';
import { lineDown } from '../../api/problem';
import type { Consult } from '../../api/types';
import { PinDialog } from '../../parts/PinDialog';

interface Props {
  readonly consult: Consult;
  readonly onFlush: () => Promise<boolean>;
  readonly onSigned: () => void;
  readonly onClose: () => void;
}

interface Signing {
  readonly pin: string;
  readonly reason: string;
}

/** Saves what is unsaved, ends the meeting when it still runs, and signs; a signed report is corrected. */
function useSigning({ consult, onFlush, onSigned }: Props) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ pin, reason }: Signing) => {
      if (!(await onFlush())) throw lineDown();
      const may = (event: 'sign' | 'finish' | 'correct') => consult.available_events.includes(event);
      if (may('correct')) {
        return sendConsultEvent(consult, { event: 'correct', pin, reason }, idempotencyKey());
      }
      const finished =
        !may('sign') && may('finish')
          ? await sendConsultEvent(consult, { event: 'finish' }, idempotencyKey())
          : consult;
      return sendConsultEvent(finished, { event: 'sign', pin }, idempotencyKey());
    },
    onSuccess: onSigned,
    onSettled: () => {
      void refreshConsult(cache, consult.id);
      void cache.invalidateQueries({ queryKey: ['consults', 'worklist'] });
    },
  });
}

export function SignDialog(props: Props) {
  const { t } = useTranslation();
  const { consult, onClose } = props;
  const signing = useSigning(props);
  const isCorrection = consult.available_events.includes('correct');
  const mustFinish = !isCorrection && !consult.available_events.includes('sign');
  return (
    <PinDialog
      title={t(isCorrection ? 'report.correctTitle' : 'report.signTitle')}
      hint={[
        t(isCorrection ? 'report.correctHint' : 'report.signHint'),
        mustFinish && t('report.finishFirst'),
      ]
        .filter(Boolean)
        .join(' ')}
      okText={t('report.signNow')}
      {...(isCorrection && { reasonLabel: t('report.correctReason') })}
      error={signing.error}
      isPending={signing.isPending}
      onSign={(pin, reason) => signing.mutate({ pin, reason })}
      onClose={onClose}
    />
  );
}
