import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBeds } from '../../api/beds';
import type { ReferralAction } from '../../api/referrals';
import { useMe } from '../../api/session';
import type { Referral } from '../../api/types';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { ChoiceCards } from '../../ui/ChoiceCards';
import { Field } from '../../ui/Field';
import { localInput, toIso } from './localTime';
import { useBedNote } from './useBedNote';

export interface StepDialogProps {
  readonly error: unknown;
  readonly isPending: boolean;
  readonly onSend: (action: ReferralAction) => void;
  readonly onClose: () => void;
}

function useAcceptance(referral: Referral) {
  const { data: me } = useMe();
  const beds = useBeds();
  const pools = (beds.data ?? []).filter(
    (pool) => pool.open > 0 && pool.department_id === referral.to_department.id,
  );
  const [form, setForm] = useState({
    contactName: me?.name ?? '',
    contactPhone: '',
    place: 'bed' as 'bed' | 'slot',
    poolId: null as string | null,
    slotAt: localInput(60),
    expectedAt: localInput(90),
  });
  const place = pools.length === 0 ? 'slot' : form.place;
  const poolId = form.poolId ?? pools[0]?.id ?? null;
  const change = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  // Until the beds are known, nobody has decided between a bed and a time.
  const isReady =
    !beds.isPending &&
    form.contactName.trim() !== '' &&
    form.contactPhone.trim() !== '' &&
    (place === 'bed' ? poolId !== null : form.slotAt !== '');
  const action: ReferralAction = {
    event: 'accept',
    contact_name: form.contactName.trim(),
    contact_phone: form.contactPhone.trim(),
    bed_pool_id: place === 'bed' ? poolId : null,
    slot_at: place === 'slot' ? toIso(form.slotAt) : null,
    expected_at: place === 'bed' ? toIso(form.expectedAt) : null,
  };
  return { form, change, place, poolId, pools, isReady, action };
}

type Acceptance = ReturnType<typeof useAcceptance>;

function PlaceChoice({ acceptance }: { readonly acceptance: Acceptance }) {
  const { t } = useTranslation();
  const note = useBedNote();
  const { form, change, place, poolId, pools } = acceptance;
  return (
    <>
      {pools.length === 0 ? (
        <p className="callout">{t('referral.accept.noBeds')}</p>
      ) : (
        <ChoiceCards
          legend={t('referral.accept.place')}
          value={place}
          onChoose={(chosen) => change({ place: chosen })}
          options={(['bed', 'slot'] as const).map((value) => ({
            value,
            title: t(`referral.accept.${value}`),
          }))}
        />
      )}
      {place === 'bed' ? (
        <ChoiceCards
          legend={t('referral.accept.pool')}
          value={poolId}
          onChoose={(chosen) => change({ poolId: chosen })}
          options={pools.map((pool) => ({ value: pool.id, title: pool.department_name, note: note(pool) }))}
        />
      ) : (
        <Field label={t('referral.accept.slotAt')} isRequired>
          {(props) => (
            <Input
              {...props}
              type="datetime-local"
              value={form.slotAt}
              onChange={(event) => change({ slotAt: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}

/** Who receives the patient, and the bed or the time: a referral is accepted with both or not at all. */
export function AcceptDialog({
  referral,
  error,
  isPending,
  onSend,
  onClose,
}: StepDialogProps & { readonly referral: Referral }) {
  const { t } = useTranslation();
  const acceptance = useAcceptance(referral);
  const { form, change } = acceptance;
  return (
    <Modal
      open
      width={640}
      title={t('referral.accept.title')}
      okText={t('referral.accept.send')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !acceptance.isReady, loading: isPending }}
      onOk={() => onSend(acceptance.action)}
      onCancel={onClose}
    >
      <div className="stack">
        <Field label={t('referral.accept.contact')} isRequired>
          {(props) => (
            <Input
              {...props}
              autoFocus
              maxLength={100}
              value={form.contactName}
              onChange={(event) => change({ contactName: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('referral.accept.phone')} isRequired>
          {(props) => (
            <Input
              {...props}
              inputMode="tel"
              maxLength={40}
              value={form.contactPhone}
              onChange={(event) => change({ contactPhone: event.target.value })}
            />
          )}
        </Field>
        <PlaceChoice acceptance={acceptance} />
        {acceptance.place === 'bed' && (
          <Field label={t('referral.accept.expectedAt')}>
            {(props) => (
              <Input
                {...props}
                type="datetime-local"
                value={form.expectedAt}
                onChange={(event) => change({ expectedAt: event.target.value })}
              />
            )}
          </Field>
        )}
        <ProblemNotice error={error} />
      </div>
    </Modal>
  );
}
