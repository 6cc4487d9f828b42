import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useChangeOwnPassword, useChangeOwnPin } from '../../api/people';
import '../../locales/later';
import { ProblemNotice } from '../../parts/ProblemNotice';
import { Field } from '../../ui/Field';

const EMPTY = { current: '', chosen: '', again: '' };

interface FormProps {
  readonly title: string;
  readonly labels: { readonly chosen: string; readonly again: string };
  readonly note: string;
  readonly done: string;
  readonly isGood: (secret: string) => boolean;
  readonly change: ReturnType<typeof useChangeOwnPassword> | ReturnType<typeof useChangeOwnPin>;
  readonly onSend: (current: string, chosen: string, onSuccess: () => void) => void;
}

/** Asks for the present password and, twice, for what is to be from now on. */
function SecretForm({ title, labels, note, done, isGood, change, onSend }: FormProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(EMPTY);
  const differs = typed.again !== '' && typed.again !== typed.chosen;
  const isReady = typed.current !== '' && isGood(typed.chosen) && typed.again === typed.chosen;
  const fields = [
    { name: 'current', label: t('account.current'), note: undefined },
    { name: 'chosen', label: labels.chosen, note },
    { name: 'again', label: labels.again, note: differs ? t('account.differs') : undefined },
  ] as const;
  return (
    <form
      className="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onSend(typed.current, typed.chosen, () => setTyped(EMPTY));
      }}
    >
      <h2>{title}</h2>
      {fields.map(({ name, label, note: text }) => (
        <Field key={name} label={label} note={text} isFault={name === 'again' && differs} isRequired>
          {(props) => (
            <Input
              {...props}
              type="password"
              autoComplete={name === 'current' ? 'current-password' : 'new-password'}
              style={{ maxWidth: 360 }}
              value={typed[name]}
              onChange={(event) => setTyped((before) => ({ ...before, [name]: event.target.value }))}
            />
          )}
        </Field>
      ))}
      <ProblemNotice error={change.error} />
      {change.isSuccess && (
        <p className="good" role="status">
          {done}
        </p>
      )}
      <div>
        <Button type="primary" htmlType="submit" disabled={!isReady} loading={change.isPending}>
          {title}
        </Button>
      </div>
    </form>
  );
}

/** One's own password and PIN, which nobody else knows. */
export default function AccountPage() {
  const { t } = useTranslation();
  const password = useChangeOwnPassword();
  const pin = useChangeOwnPin();
  return (
    <>
      <div className="row between wrap">
        <h1>{t('account.title')}</h1>
        <Link to="/rosters/mine">{t('account.shifts')}</Link>
      </div>
      <SecretForm
        title={t('account.password')}
        labels={{ chosen: t('account.newPassword'), again: t('account.again') }}
        note={t('account.passwordNote')}
        done={t('account.passwordChanged')}
        isGood={(secret) => secret.length >= 10}
        change={password}
        onSend={(current, chosen, onSuccess) =>
          password.mutate({ current_password: current, new_password: chosen }, { onSuccess })
        }
      />
      <SecretForm
        title={t('account.pin')}
        labels={{ chosen: t('account.newPin'), again: t('account.pinAgain') }}
        note={t('account.pinNote')}
        done={t('account.pinChanged')}
        isGood={(secret) => /^\d{6,12}$/.test(secret)}
        change={pin}
        onSend={(current, chosen, onSuccess) =>
          pin.mutate({ current_password: current, new_pin: chosen }, { onSuccess })
        }
      />
    </>
  );
}
