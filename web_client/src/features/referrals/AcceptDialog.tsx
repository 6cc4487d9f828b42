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
import { localInput, toIso } from '../../ui/localTime';
import type { StepDialogProps } from './StepDialog';
import { useBedNote } from './useBedNote';

type PlacingEvent = 'accept' | 'rebook';

function useAcceptance(referral: Referral, event: PlacingEvent) {
  const { data: me } = useMe();
  const beds = useBeds();
  const pools = (beds.data ?? []).filter(
    (pool) => pool.open > 0 && pool.department_id === referral.to_department.id,
  );
  const [form, setForm] = useState({
    contactName: referral.reception?.contact_name ?? me?.name ?? '',
    contactPhone: referral.reception?.contact_phone ?? '',
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
  const where = {
    bed_pool_id: place === 'bed' ? poolId : null,
    slot_at: place === 'slot' ? toIso(form.slotAt) : null,
    expected_at: place === 'bed' ? toIso(form.expectedAt) : null,
  };
  const contact = { contact_name: form.contactName.trim(), contact_phone: form.contactPhone.trim() };
  const action: ReferralAction =
    event === 'rebook' ? { event, ...where } : { event: 'accept', ...contact, ...where };
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

const CONTACT = [
  ['contactName', 'contact', 'text', 100],
  ['contactPhone', 'phone', 'tel', 40],
] as const;

interface Props extends StepDialogProps {
  readonly referral: Referral;
  readonly event: PlacingEvent;
}

/** Who receives the patient, and the bed or the time: a referral is accepted with both or not at all. */
export function AcceptDialog({ referral, event, error, isPending, onSend, onClose }: Props) {
  const { t } = useTranslation();
  const acceptance = useAcceptance(referral, event);
  const { form, change } = acceptance;
  return (
    <Modal
      open
      width={640}
      title={t(event === 'rebook' ? 'referral.event.rebook' : 'referral.accept.title')}
      okText={t(event === 'rebook' ? 'referral.event.rebook' : 'referral.accept.send')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !acceptance.isReady, loading: isPending }}
      onOk={() => onSend(acceptance.action)}
      onCancel={onClose}
    >
      <div className="stack">
        {event === 'accept' &&
          CONTACT.map(([part, label, inputMode, maxLength]) => (
            <Field key={part} label={t(`referral.accept.${label}`)} isRequired>
              {(props) => (
                <Input
                  {...props}
                  autoFocus={part === 'contactName'}
                  inputMode={inputMode}
                  maxLength={maxLength}
                  value={form[part]}
                  onChange={(typed) => change({ [part]: typed.target.value })}
                />
              )}
            </Field>
          ))}
        <PlaceChoice acceptance={acceptance} />
        {acceptance.place === 'bed' && (
          <Field label={t('referral.accept.expectedAt')}>
            {(props) => (
              <Input
                {...props}
                type="datetime-local"
                value={form.expectedAt}
                onChange={(typed) => change({ expectedAt: typed.target.value })}
              />
            )}
          </Field>
        )}
        <ProblemNotice error={error} />
      </div>
    </Modal>
  );
}
