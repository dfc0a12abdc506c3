// Writes the extension's page in the editor and in the marketplace to dist/, from docs/marketplace.md.
// Both show pictures from https addresses only, none that lie beside the text or in it. Whoever publishes gives the
// folder in which docs/images is on the web as LOCKORDER_PICTURES_URL; without it the page does without pictures.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const base = process.env.LOCKORDER_PICTURES_URL?.replace(/\/$/, '');
if (base !== undefined && !base.startsWith('https://')) throw new Error(`not an https address: ${base}`);
const page = readFileSync(join(root, 'docs/marketplace.md'), 'utf8').replace(
  /^!\[([^\]]*)\]\(images\/([\w-]+\.png)\)\n\n/gm,
  (_, words, name) => (base === undefined ? '' : `![${words}](${base}/${name})\n\n`),
);
writeFileSync(join(root, 'dist/page.md'), page);
