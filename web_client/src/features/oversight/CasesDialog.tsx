import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type IndicatorQuestion, useIndicatorCases } from '../../api/indicators';
import type { IndicatorCase, IndicatorRow } from '../../api/types';
import { EmptyState, Fetched } from '../../parts/Fetched';
import { PatientLine } from '../../parts/Tags';
import { dateAndTime } from '../../ui/dates';

const PAGES: Partial<Record<IndicatorCase['kind'], string>> = {
  consult: '/consults',
  referral: '/referrals',
};

/** Where a case is shown: its own page, else its patient's. */
function addressOf({ kind, id, patient }: IndicatorCase): string | null {
  const page = PAGES[kind];
  if (page && id) return `${page}/${id}`;
  return patient ? `/patients/${patient.id}` : null;
}

function useVerdict() {
  const { t } = useTranslation();
  return ({ weight, minutes, excluded }: IndicatorCase): string => {
    if (excluded) return t('oversight.figures.notCounted', { why: t(`oversight.figures.why.${excluded}`) });
    if (minutes !== null) return t('oversight.figures.minutes', { minutes: minutes.toFixed(1) });
    if (weight === 0.5) return t('oversight.figures.half');
    return t(weight === 1 ? 'oversight.figures.yes' : 'oversight.figures.no');
  };
}

function Case({ shown }: { readonly shown: IndicatorCase }) {
  const { t, i18n } = useTranslation();
  const verdict = useVerdict();
  const address = addressOf(shown);
  const patient = shown.patient ? (
    <PatientLine patient={shown.patient} />
  ) : (
    t(shown.kind === 'delivery' ? 'oversight.figures.message' : 'oversight.figures.hidden')
  );
  return (
    <tr data-testid="indicator-case">
      <td>{dateAndTime(shown.at, i18n.language)}</td>
      <td>{address ? <Link to={address}>{patient}</Link> : <span className="quiet">{patient}</span>}</td>
      <td>{verdict(shown)}</td>
    </tr>
  );
}

interface Props {
  readonly row: IndicatorRow;
  readonly question: IndicatorQuestion;
  readonly onClose: () => void;
}

/** The cases that a figure was counted from; whom one may not see stays without a name. */
export function CasesDialog({ row, question, onClose }: Props) {
  const { t } = useTranslation();
  const query = useIndicatorCases(row.key, question);
  return (
    <Modal
      open
      width={760}
      footer={null}
      onCancel={onClose}
      title={`${t(`oversight.figures.name.${row.key as 'adoption'}`)} — ${question.month}`}
    >
      <Fetched query={query}>
        {({ cases }) =>
          cases.length === 0 ? (
            <EmptyState title={t('oversight.figures.noCases')} />
          ) : (
            <table className="rows">
              <tbody>
                {cases.map((shown, place) => (
                  <Case key={shown.id ?? `${shown.at} ${place}`} shown={shown} />
                ))}
              </tbody>
            </table>
          )
        }
      </Fetched>
    </Modal>
  );
}
