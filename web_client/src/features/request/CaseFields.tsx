import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/Field';
import { type RequestForm, VITALS, vitalFault } from './draft';

const TEMPLATES = ['chest_film', 'chest_pain', 'stroke', 'trauma', 'child_fever'] as const;

interface Props {
  readonly form: RequestForm;
  readonly onChange: (part: Partial<RequestForm>) => void;
}

function Templates({ onChange }: Pick<Props, 'onChange'>) {
  const { t } = useTranslation();
  return (
    <div className="row wrap" role="group" aria-label={t('request.template')}>
      <span className="label">{t('request.template')}</span>
      {TEMPLATES.map((template) => (
        <button
          key={template}
          type="button"
          className="chip"
          onClick={() =>
            onChange({
              question: t(`request.templates.${template}.question`),
              complaint: t(`request.templates.${template}.complaint`),
            })
          }
        >
          {t(`request.templates.${template}.name`)}
        </button>
      ))}
    </div>
  );
}

function VitalFields({ form, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset className="vitals">
      <legend>{t('request.vitals')}</legend>
      {VITALS.map(({ name }) => {
        const typed = form.vitals[name] ?? '';
        const fault = vitalFault(name, typed);
        return (
          <Field
            key={name}
            label={t(`request.vital.${name}`)}
            note={fault ? t('request.vitalRange', { ...fault }) : undefined}
            isFault={fault !== null}
          >
            {(props) => (
              <Input
                {...props}
                inputMode="decimal"
                autoComplete="off"
                status={fault ? 'error' : undefined}
                value={typed}
                onChange={(event) => onChange({ vitals: { ...form.vitals, [name]: event.target.value } })}
              />
            )}
          </Field>
        );
      })}
    </fieldset>
  );
}

export function CaseFields({ form, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <h2>{t('request.case')}</h2>
      <Templates onChange={onChange} />
      <Field label={t('request.question')} note={t('request.questionHint')} isRequired>
        {(props) => (
          <Input.TextArea
            {...props}
            rows={3}
            maxLength={2000}
            value={form.question}
            onChange={(event) => onChange({ question: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('request.complaint')}>
        {(props) => (
          <Input.TextArea
            {...props}
            rows={3}
            maxLength={2000}
            value={form.complaint}
            onChange={(event) => onChange({ complaint: event.target.value })}
          />
        )}
      </Field>
      <VitalFields form={form} onChange={onChange} />
    </>
  );
}
