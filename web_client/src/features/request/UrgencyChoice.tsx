import { useTranslation } from 'react-i18next';
import { ChoiceCards } from '../../ui/ChoiceCards';
import type { RequestForm } from './draft';

const URGENCIES = ['emergent', 'urgent', 'routine'] as const;
const MODES = ['live', 'store_and_forward'] as const;

interface Props {
  readonly form: RequestForm;
  readonly onChange: (part: Partial<RequestForm>) => void;
}

export function UrgencyChoice({ form, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <ChoiceCards
        legend={t('request.urgency')}
        value={form.urgency}
        onChoose={(urgency) => onChange({ urgency })}
        options={URGENCIES.map((value) => ({
          value,
          title: t(`ui.urgency.${value}`),
          note: t(`request.urgencyHint.${value}`),
          tone: value,
        }))}
      />
      <ChoiceCards
        legend={t('request.mode')}
        value={form.mode}
        onChoose={(mode) => onChange({ mode })}
        options={MODES.map((value) => ({ value, title: t(`ui.mode.${value}`) }))}
      />
    </>
  );
}
