import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { useLogin, useMe } from '../../api/session';
import { chooseLanguage } from '../../locales';
import { ProblemNotice } from '../../parts/ProblemNotice';

function wantedPage(state: unknown): string {
  const from = typeof state === 'object' && state !== null && 'from' in state ? state.from : '/';
  return typeof from === 'string' ? from : '/';
}

function LoginForm() {
  const { t } = useTranslation();
  const login = useLogin();
  const id = useId();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (username.trim() && password) login.mutate({ username: username.trim(), password });
  };
  return (
    <form className="login-form" onSubmit={submit}>
      <label htmlFor={`${id}-u`}>{t('session.username')}</label>
      <Input
        id={`${id}-u`}
        autoComplete="username"
        autoFocus
        required
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <label htmlFor={`${id}-p`}>{t('session.password')}</label>
      <Input
        id={`${id}-p`}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <ProblemNotice error={login.error} />
      <Button type="primary" htmlType="submit" block loading={login.isPending}>
        {t('session.submit')}
      </Button>
    </form>
  );
}

export default function LoginPage() {
  const { t, i18n } = useTranslation();
  const { data: me } = useMe();
  const { state } = useLocation();
  if (me) return <Navigate to={wantedPage(state)} replace />;
  return (
    <main className="login">
      <section className="login-card">
        <h1>
          <img src="/icon.svg" alt="" width={44} height={44} />
          {t('shell.brand')}
        </h1>
        <p className="quiet">{t('shell.tagline')}</p>
        <LoginForm />
        <button
          type="button"
          className="plain"
          onClick={() => void chooseLanguage(i18n.language === 'zh' ? 'en' : 'zh')}
        >
          {t('shell.language')}
        </button>
      </section>
    </main>
  );
}
