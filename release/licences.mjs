// Writes the licences of everything that is bundled: node release/licences.mjs   (the test compares)
import { build } from 'esbuild';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundles, COPIES } from './bundles.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const FILE = 'THIRD-PARTY.txt';
const LICENCE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** Packages that other packages have bundled, where no bundler can see them. */
const INSIDE = ['node_modules/@dagrejs/graphlib'];

/** The folders of the packages that end up in dist/, according to the bundler. */
export async function shippedFolders() {
  const inputs = await Promise.all(
    bundles(false).map(async (options) => {
      const { metafile } = await build({
        ...options,
        absWorkingDir: ROOT,
        write: false,
        sourcemap: false,
        metafile: true,
      });
      return Object.keys(metafile.inputs);
    }),
  );
  const folders = [...inputs.flat(), ...Object.values(COPIES)].flatMap(packageFolder);
  return [...new Set([...folders, ...INSIDE])].sort(compare);
}

/** Name, version and licence of the packages in some folders, each once. */
export function packagesIn(folders) {
  const packages = folders.map(describe);
  packages.sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
  return packages.filter(
    ({ name, version }, index) =>
      packages.findIndex((other) => other.name === name && other.version === version) === index,
  );
}

/** The contents of the file: a list of the shipped packages, and their licences. */
async function thirdParty() {
  const unique = packagesIn(await shippedFolders());
  const list = unique.map(({ name, version, licence }) => `  ${name} ${version} (${licence})`);
  const texts = unique.map(
    ({ name, version, text }) => `${'-'.repeat(78)}\n${name} ${version}\n\n${text.trim()}\n`,
  );
  return `Lockorder is bundled with these packages:\n\n${list.join('\n')}\n\n${texts.join('\n')}`;
}

/** `node_modules/a/node_modules/@b/c/lib/d.js` is in `node_modules/a/node_modules/@b/c`; our own files are in none. */
function packageFolder(input) {
  const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input.replaceAll('\\', '/'))?.[0];
  if (found === undefined) return [];
  return [found.replace(/^.*?(?=node_modules\/)/, '')];
}

function describe(folder) {
  const path = join(ROOT, folder);
  const { name, version, license, author } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const files = readdirSync(path)
    .filter((file) => LICENCE.test(file))
    .sort();
  const texts = files.map((file) => readFileSync(join(path, file), 'utf8').replaceAll('\r\n', '\n'));
  const holder = typeof author === 'object' ? author.name : author;
  const text = texts.length > 0 ? texts.join('\n') : `${license}${holder ? `, by ${holder}` : ''}`;
  return { name, version, licence: license, text };
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const text = await thirdParty();
  if (process.argv.includes('--check')) {
    const before = existsSync(join(ROOT, FILE)) ? readFileSync(join(ROOT, FILE), 'utf8') : '';
    if (before !== text) {
      console.error(`${FILE} is not what is bundled: node release/licences.mjs writes it anew`);
      process.exitCode = 1;
    }
  } else writeFileSync(join(ROOT, FILE), text);
}
