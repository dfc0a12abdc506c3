// node out/bench/quality/declared-orders.js --tree DIR --orders FILE [--paths a,b|near] [--jobs 2] [--page FILE]
// Checks the lock orders stated in comments, as listed in FILE, against the static graph: the dependencies between
// two classes within one function or through one call. Prints which orders hold, which do not, which cannot be
// checked and why, and how many of the comments Lockorder reads by itself. Resolves names like those of a
// `.lockorder` file. `--paths near` selects the C files in the folders of the comments, without subfolders.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ORDER_FILE } from '../../analysis/base/paths.js';
import type { Files, FolderEntry, Listing, ListOptions, RawFile } from '../../host/api.js';
import { defaultCacheFolder } from '../../host/node/cache/cache.js';
import { DiskFiles } from '../../host/node/files/disk.js';
import { Project } from '../../host/node/project.js';
import {
  renderPage,
  type CheckedComment,
  type CheckedPair,
  type KnownComment,
  type Place,
} from '../support/pages/order-page.js';
import { record } from '../support/history.js';
import { options } from '../support/options.js';

const given = options(
  'declared-orders --tree DIR --orders FILE [--paths a,b|near] [--jobs 2] [--page FILE]',
  { tree: undefined, orders: undefined, paths: 'near', jobs: '2', page: '' },
);
const tree = resolve(given.tree);
const comments = JSON.parse(readFileSync(given.orders, 'utf8')) as readonly KnownComment[];
const paths = given.paths === 'near' ? filesBeside() : given.paths.split(',');

function filesBeside(): string[] {
  const folders = new Set(comments.map(({ file }) => dirname(file)));
  return [...folders]
    .filter((folder) => !folder.startsWith('Documentation'))
    .flatMap((folder) =>
      readdirSync(join(tree, folder))
        .filter((name) => name.endsWith('.c'))
        .map((name) => `${folder}/${name}`),
    );
}

/** The lock as the list writes it, in `.lockorder` syntax; `undefined` if the list only describes it in words. */
function className(name: string): string | undefined {
  const plain = name
    .replace(/\(.*\)$/, '')
    .replace(/\[[^\]]*\]$/, '')
    .replace(/#(\d+)$/, (_all, level: string) => `/${level}`);
  return /^\w+(?:\.\w+)*(?:\/\d+)?$/.test(plain) ? plain : undefined;
}

interface Pair {
  readonly first: string;
  readonly second: string;
}

/** The neighbours of an order; `a|b` stands for either. */
function pairsOf({ order }: KnownComment): Pair[] {
  return order
    .slice(1)
    .flatMap((second, at) =>
      (order[at] ?? '')
        .split('|')
        .flatMap((one) => second.split('|').map((other) => ({ first: one, second: other }))),
    );
}

/** Line of the declaration `first < second` in the file in memory. */
const lineOf = new Map<string, number>();
const lines: string[] = [];
for (const comment of comments) {
  for (const { first, second } of pairsOf(comment)) {
    const names = [className(first), className(second)] as const;
    const [one, other] = names;
    if (one === undefined || other === undefined || one === other || lineOf.has(`${one} < ${other}`))
      continue;
    lines.push(`${one} < ${other}`);
    lineOf.set(`${one} < ${other}`, lines.length);
  }
}

/** The tree with an additional `.lockorder` file at the top that exists only in memory. */
class WithDeclarations implements Files {
  readonly id = `${tree} with declarations`;
  private readonly disk = new DiskFiles(tree);

  list(wanted: readonly string[], listing?: ListOptions): Listing {
    return this.disk.list(wanted, listing);
  }

  prepare(): void {
    this.disk.prepare();
  }

  read(file: string): RawFile {
    return file === ORDER_FILE ? { bytes: Buffer.from(`${lines.join('\n')}\n`) } : this.disk.read(file);
  }

  kindOf(path: string): 'file' | 'folder' | undefined {
    return path === ORDER_FILE ? 'file' : this.disk.kindOf(path);
  }

  entries(folder: string): readonly FolderEntry[] {
    return this.disk.entries(folder);
  }
}

const project = await Project.open({
  root: tree,
  paths: paths.map((path) => join(tree, path)),
  config: {},
  confidence: 'low',
  rules: [],
  jobs: Number(given.jobs),
  cache: defaultCacheFolder(),
  files: new WithDeclarations(),
});
await project.load();
const { analysis, program, reportedFiles } = await project.analyse();
const unknown = new Map(
  analysis.declared.unknown.filter(({ form }) => form === 'declared').map(({ name, why }) => [name, why]),
);

/** The classes that each declaration means, by its line. */
const meant = new Map<number, { readonly from: string; readonly to: string }[]>();
for (const { from, to, form, at } of analysis.declared.orders) {
  if (form === 'declared') meant.set(at.line, [...(meant.get(at.line) ?? []), { from, to }]);
}

/** Functions that hold a lock of `from` when they take one of `to`. */
function taking(pairs: readonly { readonly from: string; readonly to: string }[]): Place[] {
  const places = new Map<string, Place>();
  for (const { from, to } of pairs) {
    for (const edge of analysis.graph.edgesFrom(from)) {
      if (edge.to !== to || edge.trylock) continue;
      for (const { chain, confidence } of edge.witnesses) {
        const [step] = chain;
        if (step === undefined) continue;
        const text = `${step.at.file}:${step.at.line} ${step.function}()`;
        if (!places.has(text)) places.set(text, { text, confidence });
      }
    }
  }
  return [...places.values()];
}

function check({ first, second }: Pair): CheckedPair {
  const names = [className(first), className(second)] as const;
  const nothing = { first, second, along: [], against: [] };
  const [one, other] = names;
  if (one === undefined || other === undefined)
    return {
      ...nothing,
      verdict: 'not checked',
      why: `${one === undefined ? first : second} names no lock class`,
    };
  if (one === other) return { ...nothing, verdict: 'not checked', why: 'two locks of one class' };
  const missing = names.find((name) => name !== undefined && unknown.has(name));
  if (missing !== undefined)
    return { ...nothing, verdict: 'not checked', why: `nothing that was scanned acquires ${missing}` };
  const pairs = meant.get(lineOf.get(`${one} < ${other}`) ?? 0) ?? [];
  const turned = pairs.map(({ from, to }) => ({ from: to, to: from }));
  const pair = { first, second, along: taking(pairs), against: taking(turned), why: '' };
  const [good, bad] = [pair.along.length > 0, pair.against.length > 0];
  return { ...pair, verdict: good ? (bad ? 'both' : 'holds') : bad ? 'broken' : 'never together' };
}

/** Lines around a comment's first in which its statement may begin. */
const NEAR_LINES = 4;

function isRead(comment: KnownComment): boolean {
  const last = (name: string): string =>
    (
      name
        .replace(/[#([|].*$/, '')
        .split('.')
        .at(-1) ?? ''
    ).toLowerCase();
  const words = comment.order.map(last);
  const orders = program.outline(comment.file)?.orders ?? [];
  return orders.some(
    ({ at, locks }) =>
      at.line >= comment.line - NEAR_LINES &&
      at.line <= comment.line + (comment.span ?? 1) + NEAR_LINES &&
      words.filter((word) => locks.some((name) => name.toLowerCase().includes(word))).length >= 2,
  );
}

const checked = comments.map((comment): CheckedComment => ({
  ...comment,
  pairs: pairsOf(comment).map(check),
  isRead: isRead(comment),
}));
await project.close();

const page = renderPage(checked, reportedFiles);
if (given.page !== '') writeFileSync(given.page, page.text);
else console.log(page.text);
record('declared-orders', {
  tree: tree.slice(tree.lastIndexOf('/') + 1),
  paths: paths.length,
  ...page.figures,
});
