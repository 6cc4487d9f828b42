/** The layers: app > features > parts > signaling | api > ui. Features never import each other. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { en } from './locales/en';
import { zh as first } from './locales/zh';
import { later } from './locales/zh/later';

const zh = { ...first, ...later, problems: { ...first.problems, ...later.problems } };
const SOURCE = dirname(fileURLToPath(import.meta.url));

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  app: ['app', 'features', 'parts', 'signaling', 'api', 'ui', 'locales'],
  features: ['parts', 'signaling', 'api', 'ui', 'locales'],
  parts: ['parts', 'api', 'ui', 'locales'],
  signaling: ['signaling', 'api'],
  api: ['api'],
  ui: ['ui'],
  locales: ['locales'],
};

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts') && name.includes(sep))
    .map((name) => join(folder, name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((found) =>
    relative(SOURCE, resolve(dirname(file), found[1] ?? '')),
  );
}

function isAllowed(from: string, to: string): boolean {
  const [layer = '', feature] = from.split(sep);
  const [target = '', other] = to.split(sep);
  if (layer === 'features' && target === 'features') return feature === other;
  return MAY_IMPORT[layer]?.includes(target) ?? false;
}

test('no module imports from a layer above it or from another feature', () => {
  const wrong = sources(SOURCE).flatMap((file) => {
    const from = relative(SOURCE, file);
    return importsOf(file)
      .filter((to) => !isAllowed(from, to))
      .map((to) => `${from} -> ${to}`);
  });
  expect(wrong).toEqual([]);
});

function keys(node: object, prefix = ''): string[] {
  return Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? keys(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

test('both languages say the same things', () => {
  expect(keys(en).sort()).toEqual(keys(zh).sort());
});

test('both languages fill in the same values', () => {
  const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1]).sort();
  const at = (node: unknown, path: string) =>
    path.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], node);
  for (const key of keys(zh))
    expect([key, holes(String(at(en, key)))]).toEqual([key, holes(String(at(zh, key)))]);
});
