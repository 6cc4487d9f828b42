import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClearPin, useDisablePerson, useIssuePassword } from '../../api/people';
import type { PersonDetails } from '../../api/types';
import { AskDialog } from './AskDialog';

interface Props {
  readonly person: PersonDetails;
}

function Password({ person }: Props) {
  const { t } = useTranslation();
  const issue = useIssuePassword(person.person_id);
  const [isAsking, setAsking] = useState(false);
  return (
    <div className="stack">
      <span className="row between wrap">
        <span>
          {t('people.login.password')}：{t(person.has_password ? 'people.login.set' : 'people.login.unset')}
        </span>
        <Button onClick={() => setAsking(true)}>{t('people.login.issue')}</Button>
      </span>
      {issue.data && (
        <div className="card good" role="status">
          <p>{t('people.login.issued')}</p>
          <p className="secret" data-testid="issued-password">
            {issue.data.secret}
          </p>
          <p>{t('people.login.afterwards')}</p>
        </div>
      )}
      {isAsking && (
        <AskDialog
          title={t('people.login.issueAsk')}
          hint={t('people.login.issueHint')}
          isPending={issue.isPending}
          error={issue.error}
          onYes={() => issue.mutate(undefined, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

function Pin({ person }: Props) {
  const { t } = useTranslation();
  const clear = useClearPin(person.person_id);
  const [isAsking, setAsking] = useState(false);
  return (
    <span className="row between wrap">
      <span>
        {t('people.login.pin')}：{t(person.has_pin ? 'people.login.set' : 'people.login.unset')}
      </span>
      <Button disabled={!person.has_pin} onClick={() => setAsking(true)}>
        {t('people.login.clearPin')}
      </Button>
      {isAsking && (
        <AskDialog
          title={t('people.login.clearPinAsk')}
          hint={t('people.login.clearPinHint')}
          isDanger
          isPending={clear.isPending}
          error={clear.error}
          onYes={() => clear.mutate(undefined, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        />
      )}
    </span>
  );
}

function Keeping({ person }: Props) {
  const { t } = useTranslation();
  const disable = useDisablePerson(person.person_id);
  const [isAsking, setAsking] = useState(false);
  const set = (isDisabled: boolean) =>
    disable.mutate(
      { version: person.version, is_disabled: isDisabled },
      { onSuccess: () => setAsking(false) },
    );
  return (
    <div>
      {person.disabled_at ? (
        <Button loading={disable.isPending} onClick={() => set(false)}>
          {t('people.login.enable')}
        </Button>
      ) : (
        <Button danger onClick={() => setAsking(true)}>
          {t('people.login.disable')}
        </Button>
      )}
      {isAsking && (
        <AskDialog
          title={t('people.login.disableAsk')}
          hint={t('people.login.disableHint')}
          isDanger
          isPending={disable.isPending}
          error={disable.error}
          onYes={() => set(true)}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

/** How somebody logs in and signs, and whether they may at all. */
export function LoginPart({ person }: Props) {
  const { t } = useTranslation();
  return (
    <section className="card stack">
      <h2>{t('people.login.title')}</h2>
      <Password person={person} />
      <Pin person={person} />
      <Keeping person={person} />
    </section>
  );
}
