import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { zh } from './zh';

export type Language = 'zh' | 'en';

const STORED_AT = 'lianzhen.language';

function storedLanguage(): Language {
  return window.localStorage.getItem(STORED_AT) === 'en' ? 'en' : 'zh';
}

async function loadLanguage(language: Language): Promise<void> {
  if (language === 'en' && !i18next.hasResourceBundle('en', 'translation')) {
    const { en } = await import('./en');
    i18next.addResourceBundle('en', 'translation', en);
  }
}

export async function startLocales(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'zh',
    fallbackLng: 'zh',
    resources: { zh: { translation: zh } },
    interpolation: { escapeValue: false },
    nsSeparator: false,
  });
  await chooseLanguage(storedLanguage());
}

export async function chooseLanguage(language: Language): Promise<void> {
  await loadLanguage(language);
  await i18next.changeLanguage(language);
  window.localStorage.setItem(STORED_AT, language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}
