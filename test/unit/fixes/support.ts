import { createRequire } from 'node:module';
import { Language, Parser as TreeSitter } from 'web-tree-sitter';
import type { Analysis } from '../../../analysis/checks/engine.js';
import type { Finding } from '../../../analysis/checks/types.js';
import { LineTable, type Location } from '../../../analysis/base/span.js';
import type { FixInput } from '../../../analysis/fixes/types.js';
import type { ChainStep, EdgeWitness, LockClass, LockEdge } from '../../../analysis/graph/types.js';
import type { Program } from '../../../analysis/link/types.js';
import type { FunctionItem, Parameter } from '../../../analysis/outline/types.js';
import type { LockApi, LockKind, Models } from '../../../analysis/models/types.js';
import type { Parser, SyntaxTree } from '../../../analysis/syntax/types.js';
import { guardsApis } from '../../../analysis/models/locks/guards.js';
import { mutexApis } from '../../../analysis/models/locks/mutex.js';
import { rawSpinlockApis } from '../../../analysis/models/locks/raw-spinlock.js';
import { rwlockApis } from '../../../analysis/models/locks/rwlock.js';
import { rwsemApis } from '../../../analysis/models/locks/rwsem.js';
import { semaphoreApis } from '../../../analysis/models/locks/semaphore.js';
import { spinlockApis } from '../../../analysis/models/locks/spinlock.js';

const require = createRequire(import.meta.url);

export async function loadParser(): Promise<Parser> {
  await TreeSitter.init();
  const parser = new TreeSitter();
  parser.setLanguage(await Language.load(require.resolve('tree-sitter-c/tree-sitter-c.wasm')));
  return {
    parse(text) {
      const tree = parser.parse(text);
      if (!tree) throw new Error('no tree');
      return tree as unknown as SyntaxTree;
    },
  };
}

const apis = new Map<string, LockApi>(
  [
    ...guardsApis,
    ...mutexApis,
    ...rawSpinlockApis,
    ...rwlockApis,
    ...rwsemApis,
    ...semaphoreApis,
    ...spinlockApis,
  ].map((api) => [api.name, api]),
);

const models = {
  lockApi: (name: string) => apis.get(name),
  api: () => undefined,
  transparent: (name: string) => (/^(un)?likely$|^READ_ONCE$/.test(name) ? 0 : undefined),
  container: () => undefined,
  scopeMacro: (name: string) =>
    name === 'guard' ? { form: 'guard' } : name === 'scoped_guard' ? { form: 'scoped' } : undefined,
} as unknown as Models;

/** A class of a cycle: how it is shown, its kind, and the expressions that name it in the sources. */
export interface TestLock {
  readonly id: string;
  readonly kind?: LockKind;
  readonly names: readonly string[];
}

const HEAD = /^[\w *]*?(\w+)\(([^)]*)\) ?\n\{/gm;

function functionsOf(text: string): FunctionItem[] {
  const lines = new LineTable(text);
  return [...text.replaceAll('\r\n', ' \n').matchAll(HEAD)].map((match) => {
    const start = match.index;
    const bodyStart = start + match[0].length - 1;
    const end = text.indexOf('\n}', bodyStart) + 2;
    return {
      name: match[1],
      start,
      end,
      bodyStart,
      line: lines.lineAt(start),
      endLine: lines.lineAt(end),
      parameters: (match[2] ?? '').split(',').flatMap((declared): Parameter[] => {
        const parameter = /^\s*(.*?)\s*(\**)\s*(\w+)$/.exec(declared);
        return parameter && parameter[3] !== 'void'
          ? [{ name: parameter[3] ?? '', type: `${parameter[1]}${parameter[2]}` }]
          : [];
      }),
    } as unknown as FunctionItem;
  });
}

/** Every place of a function that takes `inner` after `outer`, read off the text: last before, first after. */
function witnessesOf(file: string, text: string, outer: TestLock, inner: TestLock): EdgeWitness[] {
  const lines = new LineTable(text);
  return functionsOf(text).flatMap((fn) => {
    const body = text.slice(fn.bodyStart, fn.end);
    const takes = (lock: TestLock): ChainStep | undefined => {
      const takers = lock.names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
      const call = new RegExp(
        `(?<!_un|n)(?:scoped_guard\\(\\w+, ?|guard\\(\\w+\\)\\(|\\w*(?:down|lock)\\w*\\()(?:${takers})[,)]`,
        'g',
      );
      for (const match of body.matchAll(call)) {
        if (match[0].includes('unlock')) continue;
        const start = fn.bodyStart + match.index;
        const end = text.indexOf(')', start + match[0].length - 1) + 1;
        const at: Location = { file, ...lines.span(start, end) };
        return { at, function: fn.name, text: text.slice(start, end) };
      }
      return undefined;
    };
    const held = takes(outer);
    const taken = takes(inner);
    const isLater =
      held &&
      taken &&
      (held.at.line < taken.at.line || (held.at.line === taken.at.line && held.at.column < taken.at.column));
    return held && taken && isLater
      ? [{ id: `${file}:${fn.name}`, holds: [held], chain: [taken], confidence: 'high', condition: '' }]
      : [];
  });
}

export interface TestCase {
  readonly input: FixInput;
}

/** A fix input for a cycle of two locks, with every file's functions and witnesses read off its text. */
export function cycle(
  parser: Parser,
  sources: Readonly<Record<string, string>>,
  locks: readonly [TestLock, TestLock],
  more: readonly LockEdge[] = [],
): FixInput {
  const [a, b] = locks;
  const files = Object.entries(sources);
  const declared = (lock: TestLock): LockClass['declaredAt'] => {
    for (const [file, text] of files) {
      const at = text.search(new RegExp(`\\b${lock.id.split('.').at(-1)}[);]`));
      if (at >= 0 && at < text.indexOf('{\n\t')) {
        return { file, ...new LineTable(text).span(at, at + 1) };
      }
    }
    return undefined;
  };
  const classOf = (lock: TestLock): LockClass => ({
    key: lock.id,
    id: lock.id,
    kind: lock.kind ?? 'semaphore',
    declaredAt: declared(lock),
    initAt: [],
    lockdepNames: [],
  });
  const edge = (outer: TestLock, inner: TestLock): LockEdge => ({
    from: outer.id,
    to: inner.id,
    fromMode: 'write',
    toMode: 'write',
    trylock: false,
    confidence: 'high',
    witnesses: files.flatMap(([file, text]) => witnessesOf(file, text, outer, inner)),
  });
  const edges = [edge(a, b), edge(b, a), ...more].filter((found) => found.witnesses.length > 0);
  const outlines = new Map(files.map(([file, text]) => [file, { functions: functionsOf(text) }]));
  const finding = { id: 'finding', rule: 'lock-order-cycle', locks: [a.id, b.id] } as unknown as Finding;
  return {
    finding,
    analysis: {
      findings: [finding],
      graph: {
        classes: new Map(locks.map((lock) => [lock.id, classOf(lock)])),
        edges,
        edgesFrom: (key: string) => edges.filter((found) => found.from === key),
        edgesTo: (key: string) => edges.filter((found) => found.to === key),
      },
    } as unknown as Analysis,
    program: {
      outline: (file: string) => outlines.get(file),
      resolveVariable: (name: string, from: string) => {
        const declaration = new RegExp(`^(static )?[\\w *]+\\b${name}(\\[\\w*\\])?\\)?(?: = .*)?;`, 'm');
        for (const [file, text] of [...files].sort(([x]) => (x === from ? -1 : 1))) {
          const found = declaration.exec(text);
          if (found)
            return { file, item: { name, isStatic: found[1] !== undefined, type: found[2] ? '[]' : '' } };
        }
        return undefined;
      },
      resolveConstant: () => undefined,
    } as unknown as Program,
    models,
    parser,
    textOf: (file) => sources[file],
  };
}
