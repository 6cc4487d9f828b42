import 'i18next';
import type { Texts } from './zh';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: Texts };
    nsSeparator: false;
  }
}
