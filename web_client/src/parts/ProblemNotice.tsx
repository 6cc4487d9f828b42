import { Alert, Button } from 'antd';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import type { Texts } from '../locales/zh';

type Known = keyof Texts['problems'];

function knownCode(code: string): Known {
  return i18next.exists(`problems.${code}.what`) ? (code as Known) : 'unknown';
}

/** What happened, what is safe, what to do next, in the user's language. */
export function useProblemText() {
  const { t } = useTranslation();
  return (code: string, parameters: Readonly<Record<string, string | number>> = {}) => {
    const known = knownCode(code);
    const values = { code, ...parameters };
    return {
      what: t(`problems.${known}.what`, values),
      safe: t(`problems.${known}.safe`, values),
      next: t(`problems.${known}.next`, values),
    };
  };
}

interface Props {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly onClose?: () => void;
}

export function ProblemNotice({ error, onRetry, onClose }: Props) {
  const { t } = useTranslation();
  const text = useProblemText();
  if (error === null || error === undefined) return null;
  const problem = asProblem(error);
  const { what, safe, next } = text(problem.code, problem.parameters);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      className="problem"
      title={what}
      description={
        <>
          {safe && <div>{safe}</div>}
          <div>{next}</div>
        </>
      }
      action={onRetry && <Button onClick={onRetry}>{t('ui.retry')}</Button>}
      closable={onClose ? { onClose } : false}
    />
  );
}
