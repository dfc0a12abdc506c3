// node out/bench/pages/taken-inside.js --tree TREE --paths a,b
// Lists exported functions that take a lock and release it again on every path that succeeds, and that no record of the models
// describes: candidates for a `transient` record. Only locks count that matter to code which calls them: locks that a core holds
// where it calls back (`locksHeld` of fields.json), and locks in records of include/, which callers may take themselves. Calls
// are followed where they are always made and have one target. Prints one record a line.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis } from '../../analysis/checks/engine/engine.js';
import type { FunctionRef, Program } from '../../analysis/link/types.js';
import { createModels } from '../../analysis/models/index.js';
import type { EventId } from '../../analysis/skeleton/types.js';
import type { Term } from '../../analysis/summaries/locks/terms.js';
import { isAlwaysReached } from '../../analysis/summaries/solver/always.js';
import type { AcquireEffect, CallSummary, LockRef, Lockset } from '../../analysis/summaries/state/types.js';
import { runSession } from '../../cli/session/session.js';
import { options } from '../support/options.js';
import { versionOf } from '../support/records/definitions.js';
import { ROOT } from '../support/root.js';

const given = options('taken-inside --tree DIR --paths a,b', { tree: undefined, paths: undefined });
const models = createModels();
const version = versionOf(given.tree);
const paths = given.paths.split(',');
/** So deep are calls followed. */
const MOST_CALLS = 3;
/** Whose locks every driver takes and gives up on its way through the core. */
const TOO_COMMON = new Set(['device.mutex', 'dev_pm_info.lock', 'device.devres_lock', 'wakeup_source.lock']);
const EXPORTED = /EXPORT_SYMBOL(?:_NS)?(?:_GPL)?(?:_FOR_\w+)?\s*\(\s*(\w+)/g;

/** A lock that a function takes and releases, as its caller may name it. */
interface Taken {
  readonly lock: LockRef;
  /** Of a lock that an argument leads to: which one, and the way (`->dev->mutex`). */
  readonly arg: number | undefined;
  readonly path: string;
  readonly irq: string | undefined;
  readonly bh: boolean;
  readonly recursive: boolean;
  /** Calls between the function and the acquisition. */
  readonly depth: number;
}

function classOf({ key, fallback }: LockRef): string {
  return key ?? fallback ?? '';
}

/** `(*(*p0).dev).mutex` is `->dev->mutex` of argument 0. */
function wayTo(term: Term): { readonly arg: number; readonly path: string } | undefined {
  if (term.k === 'parameter') return { arg: term.index, path: '' };
  if (term.k !== 'field') return undefined;
  const { base, name } = term;
  const way = base.k === 'deref' ? wayTo(base.base) : wayTo(base);
  if (way === undefined || (base.k !== 'deref' && way.path === '')) return undefined;
  return { arg: way.arg, path: `${way.path}${base.k === 'deref' ? '->' : '.'}${name}` };
}

/** What a callee takes, in terms of its caller. */
function above(taken: Taken, { args }: CallSummary): Taken | undefined {
  const deeper = { ...taken, depth: taken.depth + 1 };
  if (taken.arg === undefined) return deeper;
  const value = args[taken.arg];
  if (value === undefined) return undefined;
  const way = wayTo(value.k === 'address' ? value.base : value);
  if (way === undefined) return undefined;
  const path = value.k === 'address' ? `.${taken.path.slice('->'.length)}` : taken.path;
  return { ...deeper, arg: way.arg, path: way.path + path };
}

class TakenInside {
  private readonly known = new Map<FunctionRef, readonly Taken[]>();

  constructor(
    private readonly program: Program,
    private readonly analysis: Analysis,
  ) {}

  of(fn: FunctionRef, calls = MOST_CALLS): readonly Taken[] {
    const before = this.known.get(fn);
    if (before !== undefined) return before;
    this.known.set(fn, []);
    const summary = this.analysis.effects(fn);
    if (summary === undefined) return [];
    const isKept = (name: string): boolean =>
      summary.exits.some(({ acquired }) => acquired.some((lock) => classOf(lock) === name)) ||
      summary.uses.some(
        ({ k, ended, lock }) => k === 'release' && ended === 'foreign' && classOf(lock) === name,
      );
    const found = new Map<string, Taken>();
    const note = (taken: Taken | undefined): void => {
      const name = taken && classOf(taken.lock);
      if (taken === undefined || name === undefined || name === '' || isKept(name)) return;
      const key = `${name} ${taken.arg}${taken.path}`;
      if (!found.has(key)) found.set(key, taken);
    };
    const reached = this.reachedIn(fn);
    for (const effect of summary.acquires)
      if (!effect.nonBlocking && reached.has(effect.site.event)) note(this.directly(effect));
    if (calls > 0)
      for (const call of summary.calls) {
        const [callee, ...others] = call.targets;
        if (!call.isAlways || callee === undefined || others.length > 0) continue;
        for (const taken of this.of(callee, calls - 1)) note(above(taken, call));
      }
    const all = [...found.values()];
    this.known.set(fn, all);
    return all;
  }

  private directly({ lock, api, locksets }: AcquireEffect): Taken | undefined {
    const facts = models.lockApi(api);
    const isAlways = (holds: (lockset: Lockset) => boolean): boolean =>
      locksets.length > 0 && locksets.every(holds);
    const way = wayTo(lock.term);
    if (way === undefined && lock.term.k !== 'global') return undefined;
    return {
      lock,
      arg: way?.arg,
      path: way?.path ?? '',
      irq: facts?.irq ?? (isAlways(({ context }) => context.irq === 'off') ? 'save' : undefined),
      bh: facts?.bh === true || isAlways(({ context }) => context.bh > 0),
      recursive: facts?.recursive === true,
      depth: 0,
    };
  }

  private reachedIn(fn: FunctionRef): ReadonlySet<EventId> {
    const skeleton = this.program.skeleton(fn);
    return new Set(
      skeleton?.blocks.flatMap(({ events }, id) =>
        events.length > 0 && isAlwaysReached(skeleton, id) ? events.map((event) => event.id) : [],
      ),
    );
  }
}

/** How many members of operation tables a core calls with each lock held. */
function calledUnder(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const fields = JSON.parse(
    readFileSync(join(ROOT, 'analysis/models/data/fields.json'), 'utf8'),
  ) as readonly { readonly locksHeld?: readonly string[] }[];
  for (const { locksHeld } of fields)
    for (const name of locksHeld?.flatMap((one) => one.split('|')) ?? []) {
      const plain = withoutMode(name);
      counts.set(plain, (counts.get(plain) ?? 0) + 1);
    }
  return counts;
}

/** `input_dev.mutex@include/linux/input.h`, `rwsem(read)`: the class as records name it. */
function withoutMode(name: string): string {
  return name.replace(/@.*$/, '').replace(/\((?:read|write)\)$/, '');
}

function recordOf(fn: FunctionRef, taken: Taken): string | undefined {
  const { lock, arg, path, irq, bh, recursive } = taken;
  const name = withoutMode(classOf(lock));
  const argType = fn.item?.parameters[arg ?? 0]?.type.replace(/\bconst\b|\*/g, '').trim() ?? '';
  if (arg !== undefined && !argType.startsWith('struct ')) return undefined;
  return JSON.stringify({
    name: fn.name,
    transient: {
      kind: lock.kind,
      ...(lock.mode === 'read' ? { mode: 'read' } : {}),
      ...(arg === undefined
        ? { implicit: name }
        : { ...(arg > 0 ? { arg } : {}), path, argType, lockClass: name }),
      ...(irq === undefined ? (bh ? { bh } : {}) : { irq }),
      ...(recursive ? { recursive } : {}),
      followed: true,
      bodyDecides: true,
    },
    source: `${version} ${fn.file}:${fn.line}`,
  });
}

await runSession(
  paths.map((path) => join(given.tree, path)),
  { root: given.tree, confidence: 'high', rules: [], isSilent: true, cache: false },
  ({ snapshot: { analysis, program } }) => {
    const called = calledUnder();
    const inside = new TakenInside(program, analysis);
    const declared = new Set<string>();
    for (const [file, { outline }] of program.files)
      if (file.startsWith('include/')) for (const { name } of outline.prototypes) declared.add(name);
    const exported = new Map<string, ReadonlySet<string>>();
    const exportedIn = (file: string): ReadonlySet<string> => {
      let names = exported.get(file);
      if (names === undefined) {
        const text = readFileSync(join(given.tree, file), 'latin1');
        exported.set(file, (names = new Set([...text.matchAll(EXPORTED)].map(([, name = '']) => name))));
      }
      return names;
    };
    const isCandidate = ({ name, file, item }: FunctionRef): boolean => {
      if (item === undefined || item.isStatic || !file.endsWith('.c')) return false;
      if (!paths.some((path) => file === path || file.startsWith(`${path}/`))) return false;
      if (!declared.has(name) || models.api(name) !== undefined || models.lockApi(name) !== undefined)
        return false;
      return exportedIn(file).has(name);
    };
    const callbacks = ({ lock }: Taken): number => called.get(withoutMode(classOf(lock))) ?? 0;
    for (const fn of program.functions()) {
      if (!isCandidate(fn)) continue;
      const [first] = inside
        .of(fn)
        .filter((taken) => {
          const name = classOf(taken.lock);
          if (TOO_COMMON.has(withoutMode(name)) || name.startsWith('::')) return false;
          return callbacks(taken) > 0 || name.includes('@include/');
        })
        .sort((a, b) => callbacks(b) - callbacks(a) || a.depth - b.depth);
      const record = first && recordOf(fn, first);
      if (record !== undefined) console.log(record);
    }
  },
);
