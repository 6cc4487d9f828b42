import { useTranslation } from 'react-i18next';
import type { AccessLogLine } from '../../api/types';
import { clockTime, dateAndTime } from '../../ui/dates';
import { useActorName, useActText } from './words';

const COLUMNS = ['when', 'who', 'what', 'why'] as const;

/** Who, from where, did what, how often, and for which reason. */
export function AccessLines({ lines }: { readonly lines: readonly AccessLogLine[] }) {
  const { t, i18n } = useTranslation();
  const actText = useActText();
  const actorName = useActorName();
  return (
    <table className="rows" data-testid="access-lines">
      <thead>
        <tr>
          {COLUMNS.map((name) => (
            <th key={name} scope="col">
              {t(`oversight.log.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.first_at} ${line.who.id} ${line.what} ${line.why}`} data-why={line.why}>
            <td>
              {dateAndTime(line.first_at, i18n.language)}
              {line.count > 1 && `–${clockTime(line.last_at, i18n.language)}`}
            </td>
            <td>
              {actorName(line.who)}
              <span className="quiet block">{line.institution_name}</span>
            </td>
            <td>
              {actText(line.what)}
              {line.count > 1 && ` ${t('oversight.log.times', { count: line.count })}`}
            </td>
            <td className={line.why === 'break_glass' ? 'bad' : ''}>{t(`oversight.why.${line.why}`)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
