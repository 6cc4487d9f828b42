// Fails when the script that the first screens need grows past the budget (gzip, as the server sends it).
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 250;
const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'));

/** Every chunk that loads before the screen works: the entry, its static imports and the route's own. */
const SCREENS = {
  login: ['index.html', 'src/features/session/LoginPage.tsx'],
  'township home': ['index.html', 'src/app/Shell.tsx', 'src/features/request/RequestHome.tsx'],
};

function closure(keys, seen = new Set()) {
  for (const key of keys) {
    if (seen.has(key)) continue;
    const chunk = manifest[key];
    if (!chunk) throw new Error(`${key} is not in the manifest; is its route still lazy?`);
    seen.add(key);
    closure(chunk.imports ?? [], seen);
  }
  return seen;
}

const gzipKb = (file) => gzipSync(readFileSync(join(dist, file)), { level: 6 }).length / 1000;

let fails = false;
for (const [screen, keys] of Object.entries(SCREENS)) {
  const files = [...new Set([...closure(keys)].map((key) => manifest[key].file))].filter((file) =>
    file.endsWith('.js'),
  );
  const total = files.reduce((sum, file) => sum + gzipKb(file), 0);
  console.log(`${screen}: ${total.toFixed(1)} KB gzip in ${files.length} scripts (budget ${BUDGET_KB})`);
  if (total > BUDGET_KB) fails = true;
}
process.exit(fails ? 1 : 0);
