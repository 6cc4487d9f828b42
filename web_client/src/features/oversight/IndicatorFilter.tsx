import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useInstitutions } from '../../api/directory';
import type { IndicatorQuestion } from '../../api/indicators';
import { activeMembership, useMe } from '../../api/session';
import { Field } from '../../ui/Field';

interface Props {
  readonly question: IndicatorQuestion;
  readonly onChange: (question: IndicatorQuestion) => void;
}

/** The month and the place; a director's place is their own institution. */
export function IndicatorFilter({ question, onChange }: Props) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const { data: institutions = [] } = useInstitutions();
  const own = me ? activeMembership(me) : undefined;
  const isCountys = own?.role === 'regulator';
  const place = isCountys ? question.institution_id : (own?.institution_id ?? '');
  const departments = institutions.find(({ id }) => id === place)?.departments ?? [];
  return (
    <search className="card audit-filter">
      <Field label={t('oversight.figures.month')}>
        {(field) => (
          <Input
            {...field}
            type="month"
            value={question.month}
            onChange={(event) => event.target.value && onChange({ ...question, month: event.target.value })}
          />
        )}
      </Field>
      {isCountys && (
        <Field label={t('oversight.audit.institution')}>
          {(field) => (
            <select
              {...field}
              value={question.institution_id}
              onChange={(event) =>
                onChange({ ...question, institution_id: event.target.value, department_id: '' })
              }
            >
              <option value="">{t('oversight.figures.county')}</option>
              {institutions.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field label={t('oversight.figures.department')}>
        {(field) => (
          <select
            {...field}
            disabled={departments.length === 0}
            value={question.department_id}
            onChange={(event) => onChange({ ...question, department_id: event.target.value })}
          >
            <option value="">{t('oversight.figures.allDepartments')}</option>
            {departments.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </search>
  );
}
