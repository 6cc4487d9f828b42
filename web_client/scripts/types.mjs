// Writes src/api/generated/ from the Python side: the HTTP contract and the signalling messages.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import openapiTS, { astToString } from 'openapi-typescript';

const client = join(dirname(fileURLToPath(import.meta.url)), '..');
const repository = join(client, '..');
const target = join(client, 'src', 'api', 'generated');
const python = process.env.PYTHON ?? join(repository, '.venv', 'bin', 'python');

function printed(module) {
  const text = execFileSync(python, ['-m', module], { cwd: repository, maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(text.toString('utf8'));
}

mkdirSync(target, { recursive: true });
const openapi = await openapiTS(printed('server.openapi'), { alphabetize: true, defaultNonNullable: false });
writeFileSync(join(target, 'http.d.ts'), astToString(openapi));

/** Property titles would become a type alias each; the definitions have names of their own. */
function untitled(node) {
  if (Array.isArray(node)) return node.map(untitled);
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(([key, value]) => key !== 'title' || typeof value !== 'string');
  return Object.fromEntries(kept.map(([key, value]) => [key, untitled(value)]));
}

const messages = await compile(untitled(printed('signaling.schema')), 'SignalingMessages', {
  additionalProperties: false,
  bannerComment: '/* Generated from the signalling messages by `npm run types`. */',
});
writeFileSync(join(target, 'signaling.d.ts'), messages);
console.log('src/api/generated: http.d.ts, signaling.d.ts');
