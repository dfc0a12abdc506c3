import type { Analysis } from '../../../analysis/checks/engine.js';
import type { Finding } from '../../../analysis/checks/types.js';
import { LineTable, type Location } from '../../../analysis/base/span.js';
import type { FixInput } from '../../../analysis/fixes/types.js';
import type { ChainStep, EdgeWitness, LockClass, LockEdge } from '../../../analysis/graph/types.js';
import { createProgram } from '../../../analysis/link/index.js';
import { createModels } from '../../../analysis/models/index.js';
import type { LockKind } from '../../../analysis/models/types.js';
import { outlineFile } from '../../../analysis/outline/index.js';
import type { Parser } from '../../../analysis/syntax/types.js';

const models = createModels();

/** A class of a cycle: how it is shown, its kind, and the expressions that name it in the sources. */
export interface TestLock {
  readonly id: string;
  readonly kind?: LockKind;
  readonly names: readonly string[];
}

/** Every place of a function that takes `inner` after `outer`, read off the text: last before, first after. */
function witnessesOf(file: string, text: string, outer: TestLock, inner: TestLock): EdgeWitness[] {
  const lines = new LineTable(text);
  return outlineFile(text, models).functions.flatMap((fn) => {
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

/** A fix input for a cycle of two locks, the second held where the first is wrongly taken, with every file's functions and witnesses read off its text. */
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
  const program = createProgram(models);
  for (const [file, text] of files) {
    program.setFile(file, {
      outline: outlineFile(text, models),
      skeletons: new Map(),
      macroSkeletons: new Map(),
    });
  }
  const finding = {
    id: 'finding',
    rule: 'lock-order-cycle',
    locks: [a.id, b.id],
    story: [],
  } as unknown as Finding;
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
    program,
    models,
    parser,
    textOf: (file) => sources[file],
  };
}
