import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBeds } from '../../api/beds';
import { activeMembership, useMe } from '../../api/session';
import type { BedPool } from '../../api/types';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { clockTime } from '../../ui/dates';
import { CountDialog } from './CountDialog';

const NUMBERS = ['open', 'held', 'occupied', 'total'] as const;

interface RowProps {
  readonly pool: BedPool;
  /** Null for those who only look. */
  readonly onCount: (() => void) | null;
}

function PoolRow({ pool, onCount }: RowProps) {
  const { t, i18n } = useTranslation();
  return (
    <tr className={pool.stale ? 'stale' : ''}>
      <th scope="row">
        {pool.department_name}
        <span className="quiet block">{pool.institution_name}</span>
      </th>
      {NUMBERS.map((number) => (
        <td key={number} className={number}>
          {pool[number]}
        </td>
      ))}
      <td>
        {clockTime(pool.as_of, i18n.language)}
        <span className="quiet block">
          {pool.stale
            ? t('beds.stale')
            : pool.confirmed_by && t('beds.confirmedBy', { name: pool.confirmed_by.name })}
        </span>
      </td>
      {onCount && (
        <td>
          <Button onClick={onCount}>{t('beds.count')}</Button>
        </td>
      )}
    </tr>
  );
}

/** The county's beds; numbers nobody confirmed lately are grey. */
export default function BedsPage() {
  const { t } = useTranslation();
  const query = useBeds();
  const { data: me } = useMe();
  const [counting, setCounting] = useState<BedPool | null>(null);
  const own = me ? activeMembership(me) : undefined;
  const mayCount = (pool: BedPool) =>
    own?.role === 'bed_office' && own.institution_id === pool.institution_id;
  return (
    <>
      <h1>{t('beds.title')}</h1>
      <Fetched query={query}>
        {(pools) =>
          pools.length === 0 ? (
            <EmptyState title={t('beds.none')} />
          ) : (
            <table className="beds card">
              <thead>
                <tr>
                  <th scope="col">{t('beds.department')}</th>
                  {NUMBERS.map((number) => (
                    <th key={number} scope="col">
                      {t(`beds.${number}`)}
                    </th>
                  ))}
                  <th scope="col">{t('beds.asOf')}</th>
                </tr>
              </thead>
              <tbody>
                {pools.map((pool) => (
                  <PoolRow
                    key={pool.id}
                    pool={pool}
                    onCount={mayCount(pool) ? () => setCounting(pool) : null}
                  />
                ))}
              </tbody>
            </table>
          )
        }
      </Fetched>
      {counting && <CountDialog pool={counting} onClose={() => setCounting(null)} />}
    </>
  );
}
