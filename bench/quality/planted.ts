// node out/bench/quality/planted.js --tree DIR --into DIR [--paths a,b] [--functions 40] [--seed 1]
// Takes the form that excludes interrupts away from one function in each of N randomly drawn files: `spin_lock_irqsave`,
// `_irq` and `_bh` become `spin_lock` where a handler of the file takes a lock of the same name. Writes the changed files
// below --into, to be laid over a copy of the tree (never over the tree itself), and lists the functions. A reader
// compares what repairs.js offers there with the original.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DiskFiles } from '../../host/node/files/disk.js';
import { drawn } from '../support/draw.js';
import { options } from '../support/options.js';

const given = options('planted --tree DIR --into DIR [--paths a,b] [--functions 40] [--seed 1]', {
  tree: undefined,
  into: undefined,
  paths: 'drivers,sound,net',
  functions: '40',
  seed: '1',
});

/** A function definition in kernel style: its braces begin lines. */
const DEFINITION = /^[A-Za-z_][^\n;]*\n?[^\n;{}]*\([^;{}]*\)\s*\n\{\n[^]*?^\}/gm;
const NAME = /(\w+)\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*$/;
const HANDLERS = [
  /request_(?:threaded_)?irq\([^;]*?,\s*&?(\w+)\s*,/g,
  /(?:timer|hrtimer)_setup\([^;]*?,\s*&?(\w+)\s*,/g,
  /tasklet_(?:setup|init)\([^;]*?,\s*&?(\w+)\s*[,)]/g,
  /\.function\s*=\s*&?(\w+);/g,
];
const TAKEN = /\bspin_lock(?:_irqsave|_irq|_bh)?\(\s*(&?[\w\->.[\]]+)/g;
const EXCLUDING = /\bspin_lock_(?:irqsave|irq|bh)\(\s*(&?[\w\->.[\]]+)\s*(?:,\s*(\w+)\s*)?\)/g;

interface Planted {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const seed = Number(given.seed);
const { files } = new DiskFiles(given.tree).list(
  given.paths.split(',').map((path) => join(given.tree, path)),
);
let left = Number(given.functions);
for (const file of drawn([...files].filter((name) => name.endsWith('.c')).sort(), files.length, seed)) {
  if (left === 0) break;
  const text = readFileSync(join(given.tree, file), 'latin1');
  const [chosen] = drawn(candidates(text), 1, seed);
  if (chosen === undefined) continue;
  const target = join(given.into, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text.slice(0, chosen.start) + chosen.text + text.slice(chosen.end), 'latin1');
  console.log(`${file} ${chosen.name}`);
  left--;
}

/** The functions of a file that can be changed, each with its changed text. */
function candidates(text: string): Planted[] {
  const handlers = new Set(
    HANDLERS.flatMap((pattern) => [...text.matchAll(pattern)].map((found) => found[1])),
  );
  const functions = [...text.matchAll(DEFINITION)].map(({ 0: whole, index }) => {
    const name = NAME.exec(whole.slice(0, whole.indexOf('\n{')))?.[1] ?? '';
    return { name, whole, index };
  });
  const locks = new Set(
    functions
      .filter(({ name }) => handlers.has(name))
      .flatMap(({ whole }) => [...whole.matchAll(TAKEN)].map((found) => last(found[1] ?? ''))),
  );
  return functions.flatMap(({ name, whole, index }) => {
    const sections = [...whole.matchAll(EXCLUDING)];
    const [lock, ...others] = new Set(sections.map((found) => found[1] ?? ''));
    if (handlers.has(name) || lock === undefined || others.length > 0 || !locks.has(last(lock))) return [];
    const changed = plain(whole, lock, new Set(sections.flatMap((found) => found[2] ?? [])));
    return changed === undefined ? [] : [{ name, start: index, end: index + whole.length, text: changed }];
  });
}

/** The last member of a lock expression: `lock` of `&dev->lock`. */
function last(lock: string): string {
  return /\w+\W*$/.exec(lock)?.[0] ?? lock;
}

/** The function with plain operations, without the flags variables; `undefined` if these have other uses. */
function plain(whole: string, lock: string, flags: ReadonlySet<string>): string | undefined {
  const quoted = lock.replaceAll(/[^\w]/g, '\\$&');
  const operation = new RegExp(
    `\\bspin_(lock|unlock)_(?:irqsave|irqrestore|irq|bh)\\(\\s*${quoted}\\s*(?:,\\s*\\w+\\s*)?\\)`,
    'g',
  );
  let text = whole.replaceAll(operation, `spin_$1(${lock.replaceAll('$', '$$$$')})`);
  for (const name of flags) {
    const uses = text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
    if (uses !== 1) return undefined;
    const declared = [
      new RegExp(`^[ \\t]*unsigned long ${name};[^\\n]*\\n`, 'm'),
      new RegExp(`,\\s*${name}\\b(?=\\s*[,;])`),
      new RegExp(`\\b${name}\\s*,\\s*`),
    ].find((pattern) => pattern.test(text));
    if (declared === undefined) return undefined;
    text = text.replace(declared, '').replace(/(\n\{\n)\n/, '$1');
  }
  return /spin_(?:un)?lock_(?!init)/.test(text) ? undefined : text;
}
