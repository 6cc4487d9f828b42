import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { RosterWeek } from '../../api/types';

const DIRECTOR = 0;

/** What of the week is covered, in one sentence or as warnings. */
export function Cover({ week }: { readonly week: RosterWeek }) {
  const { t } = useTranslation();
  const lines = week.gaps.filter(({ tier }) => tier !== DIRECTOR);
  const isDirectorOpen = lines.length < week.gaps.length;
  const standIns = week.directors_by_role.map(({ name }) => name).join('、');
  return (
    <div className="stack" data-testid="cover">
      {week.gaps.length === 0 && (
        <p className="good" role="status">
          {t('rosters.covered')}
        </p>
      )}
      {lines.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('rosters.gapsTitle', { count: lines.length })}
          description={t('rosters.gapsHint')}
        />
      )}
      {isDirectorOpen && standIns && (
        <Alert type="warning" showIcon title={t('rosters.directorGap', { names: standIns })} />
      )}
      {isDirectorOpen && !standIns && <Alert type="error" showIcon title={t('rosters.noDirector')} />}
    </div>
  );
}
