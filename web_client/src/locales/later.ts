/** Imported by the pages whose words `zh/later` holds: makes those words known before the page shows. */

import i18next from 'i18next';
import { later } from './zh/later';

i18next.addResourceBundle('zh', 'translation', later, true, true);
