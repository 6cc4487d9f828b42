import { Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActsBehindGlass } from '../../api/audit';
import { useReviewGlass } from '../../api/breakGlass';
import type { BreakGlass, BreakGlassVerdict } from '../../api/types';
import { Fetched } from '../../parts/Fetched';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';
import { AccessLines } from './AccessLines';

interface Props {
  readonly glass: BreakGlass;
  readonly onClose: () => void;
}

const VERDICTS: readonly BreakGlassVerdict[] = ['justified', 'not_justified'];

/** The reviewer's verdict and the words that go with it. */
export function ReviewDialog({ glass, onClose }: Props) {
  const { t } = useTranslation();
  const reviewing = useReviewGlass();
  const acts = useActsBehindGlass(glass.id);
  const [verdict, setVerdict] = useState<BreakGlassVerdict | null>(null);
  const [note, setNote] = useState('');
  const isReady = verdict !== null && note.trim() !== '' && !reviewing.isPending;
  const send = () =>
    verdict && reviewing.mutate({ glass, verdict, note: note.trim() }, { onSuccess: onClose });
  return (
    <Modal
      open
      width={760}
      title={t('oversight.glass.judge')}
      okText={t('oversight.glass.send')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !isReady, loading: reviewing.isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="stack">
        <p>
          {glass.person.name}：{glass.reason}
        </p>
        <h3>{t('oversight.glass.acts')}</h3>
        <Fetched query={acts}>{(lines) => <AccessLines lines={lines} />}</Fetched>
        <Field label={t('oversight.glass.judge')} isGroup isRequired>
          {(field) => (
            <Radio.Group
              {...field}
              value={verdict}
              onChange={(event) => setVerdict(event.target.value as BreakGlassVerdict)}
              options={VERDICTS.map((value) => ({ value, label: t(`oversight.glass.verdict.${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('oversight.glass.note')} isRequired>
          {(field) => (
            <Input.TextArea
              {...field}
              rows={3}
              maxLength={1000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        <ProblemNotice error={reviewing.error} />
      </div>
    </Modal>
  );
}
