import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AuditQuestion } from '../../api/audit';
import { useInstitutions } from '../../api/directory';
import { Field } from '../../ui/Field';

const AREAS = [
  'patient',
  'consult',
  'report',
  'referral',
  'bed',
  'study',
  'break_glass',
  'audit',
  'denied',
] as const;

interface Props {
  readonly question: AuditQuestion;
  readonly onChange: (question: AuditQuestion) => void;
  readonly file: string;
}

/** What the search is narrowed to, and the way to save what it finds. */
export function AuditFilter({ question, onChange, file }: Props) {
  const { t } = useTranslation();
  const { data: institutions = [] } = useInstitutions();
  const change = (part: Partial<AuditQuestion>) => onChange({ ...question, ...part });
  return (
    <search className="card audit-filter">
      {(['who', 'patient'] as const).map((name) => (
        <Field key={name} label={t(`oversight.audit.${name}`)}>
          {(field) => (
            <Input
              {...field}
              allowClear
              placeholder={t(`oversight.audit.${name}Hint`)}
              value={question[name]}
              onChange={(event) => change({ [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Field label={t('oversight.audit.what')}>
        {(field) => (
          <select {...field} value={question.what} onChange={(event) => change({ what: event.target.value })}>
            <option value="">{t('oversight.audit.everything')}</option>
            {AREAS.map((area) => (
              <option key={area} value={area}>
                {t(`oversight.area.${area}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('oversight.audit.institution')}>
        {(field) => (
          <select
            {...field}
            value={question.institution_id}
            onChange={(event) => change({ institution_id: event.target.value })}
          >
            <option value="">{t('oversight.audit.everywhere')}</option>
            {institutions.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {(['since', 'until'] as const).map((name) => (
        <Field key={name} label={t(`oversight.audit.${name}`)}>
          {(field) => (
            <Input
              {...field}
              type="date"
              value={question[name]}
              onChange={(event) => change({ [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <a className="audit-file" href={file} download="audit.csv">
        {t('oversight.audit.file')}
      </a>
    </search>
  );
}
