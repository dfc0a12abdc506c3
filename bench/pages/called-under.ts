// node out/bench/pages/called-under.js --tree TREE --paths a,b [--known yes]
// Lists the members of operation tables that a core calls with a lock held, in atomic context or with interrupts off, and that
// no record of the models describes: how many of the calls are so, and where. `--known` lists the others, to check their
// records. What a caller surely holds is computed downwards over the calls in these paths: functions that other code may
// enter hold nothing. Nothing here becomes a record before a person has read the calls.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis } from '../../analysis/checks/engine/engine.js';
import type { FunctionRef, Program } from '../../analysis/link/types.js';
import { createModels } from '../../analysis/models/index.js';
import type { Lockset } from '../../analysis/summaries/state/types.js';
import { runSession } from '../../cli/session/session.js';
import { options } from '../support/options.js';
import { ROOT } from '../support/root.js';

const given = options('called-under --tree DIR --paths a,b [--known no|yes]', {
  tree: undefined,
  paths: undefined,
  known: 'no',
});
const models = createModels();
const paths = given.paths.split(',');
const fields = JSON.parse(readFileSync(join(ROOT, 'analysis/models/data/fields.json'), 'utf8')) as readonly {
  readonly field: string;
}[];
const recorded = new Set(fields.map(({ field }) => field));

/** What surely holds at a place: lock classes, and these two. */
const ATOMIC = 'atomic';
const OFF = 'interrupts off';
type Held = ReadonlySet<string>;

interface AtCall {
  readonly held: Held;
  /** Locks of the caller that were released before. */
  readonly released: Held;
}

const NOTHING: AtCall = { held: new Set(), released: new Set() };
/** A function named as a value, which code out of sight may call. */
const AS_VALUE = /[=,(&:?]\s*&?([A-Za-z_]\w*)\s*(?=[,;)}\n])/g;
const MOST_ROUNDS = 30;

function both(one: Held | undefined, other: Held): Held {
  return one === undefined ? other : new Set([...one].filter((name) => other.has(name)));
}

function heldIn({ held, context }: Lockset): Held {
  const here = new Set<string>();
  for (const { key, fallback, certain, api } of held) {
    const name = key ?? fallback;
    if (!certain || name === undefined) continue;
    here.add(name);
    if (models.lockApi(api)?.atomic === true) here.add(ATOMIC);
  }
  if (context.irq === 'off') here.add(OFF).add(ATOMIC);
  if (context.preempt > 0 || context.bh > 0) here.add(ATOMIC);
  return here;
}

function atCall(locksets: readonly Lockset[]): AtCall {
  let held: Held | undefined;
  for (const lockset of locksets) held = both(held, heldIn(lockset));
  const released = locksets.flatMap((lockset) =>
    lockset.released.flatMap(({ key, fallback }) => key ?? fallback ?? []),
  );
  return { held: held ?? NOTHING.held, released: new Set(released) };
}

/** What holds behind a call. Without one of its locks, nothing is known of the caller's context. */
function below(above: Held, { held, released }: AtCall): Held {
  const kept = [...above].filter(
    (name) => !released.has(name) && (released.size === 0 || (name !== ATOMIC && name !== OFF)),
  );
  return new Set([...kept, ...held]);
}

/** What every caller in sight holds where a function is entered: the greatest fixpoint. */
function entriesOf(
  program: Program,
  analysis: Analysis,
  functions: readonly FunctionRef[],
): Map<FunctionRef, Held> {
  const own = new Set(functions);
  const named = new Set<string>();
  for (const file of new Set(functions.map((fn) => fn.file)))
    for (const [, name = ''] of readFileSync(join(given.tree, file), 'latin1').matchAll(AS_VALUE))
      named.add(name);
  const callersOf = (fn: FunctionRef): readonly FunctionRef[] =>
    named.has(fn.name) ? [] : program.callers(fn).filter((caller) => own.has(caller));
  const callsOf = (caller: FunctionRef, fn: FunctionRef): readonly AtCall[] => {
    const calls = (analysis.effects(caller)?.calls ?? []).filter(({ targets }) => targets.includes(fn));
    return calls.length === 0 ? [NOTHING] : calls.map(({ locksets }) => atCall(locksets));
  };
  const entries = new Map<FunctionRef, Held>();
  let isChanged = true;
  for (let round = 0; isChanged && round < MOST_ROUNDS; round++) {
    isChanged = false;
    for (const fn of functions) {
      const callers = callersOf(fn);
      let now: Held | undefined = callers.length === 0 ? NOTHING.held : undefined;
      for (const caller of callers) {
        const above = entries.get(caller);
        if (above !== undefined) for (const call of callsOf(caller, fn)) now = both(now, below(above, call));
      }
      if (now === undefined) continue;
      const asserted = (analysis.effects(fn)?.uses ?? []).flatMap(({ k, lock }) =>
        k === 'assert-held' ? (lock.key ?? lock.fallback ?? []) : [],
      );
      const entry = new Set([...now, ...asserted]);
      const before = entries.get(fn);
      if (before?.size === entry.size && [...entry].every((name) => before.has(name))) continue;
      entries.set(fn, entry);
      isChanged = true;
    }
  }
  return entries;
}

interface Called {
  readonly held: Held[];
  readonly at: string[];
}

/** The calls through members, by the member's name. */
function callsThroughMembers(program: Program, analysis: Analysis): ReadonlyMap<string, Called> {
  const isOwn = (file: string): boolean => paths.some((path) => file === path || file.startsWith(`${path}/`));
  const functions = [...program.functions()].filter(({ file, item }) => item !== undefined && isOwn(file));
  const entries = entriesOf(program, analysis, functions);
  const found = new Map<string, Called>();
  for (const fn of functions) {
    const above = entries.get(fn) ?? NOTHING.held;
    const note = (member: string, call: AtCall, line: number): void => {
      const known = found.get(member) ?? { held: [], at: [] };
      found.set(member, known);
      known.held.push(below(above, call));
      known.at.push(`${fn.file}:${line}`);
    };
    const seen = new Set<string>();
    for (const { callee, locksets, site } of analysis.effects(fn)?.calls ?? []) {
      if (callee?.k !== 'field' || site.via !== undefined) continue;
      seen.add(callee.name);
      note(callee.name, atCall(locksets), site.span.line);
    }
    for (const member of fn.item?.indirectCalls ?? []) if (!seen.has(member)) note(member, NOTHING, fn.line);
  }
  return found;
}

await runSession(
  paths.map((path) => join(given.tree, path)),
  { root: given.tree, confidence: 'high', rules: [], isSilent: true, cache: false },
  ({ snapshot: { analysis, program } }) => {
    const tables = new Map<string, Set<string>>();
    for (const { outline } of program.files.values())
      for (const { tag, fields: members } of outline.records)
        for (const { name, type } of members)
          if (type.endsWith('(*)')) tables.set(name, (tables.get(name) ?? new Set()).add(tag));
    for (const [member, { held, at }] of [...callsThroughMembers(program, analysis)].sort(([a], [b]) =>
      a < b ? -1 : 1,
    )) {
      const types = [...(tables.get(member) ?? [])];
      const isKnown = types.some((type) => recorded.has(`${type}.${member}`));
      const always = held.reduce<Held | undefined>(both, undefined) ?? NOTHING.held;
      const count = (what: string): number => held.filter((one) => one.has(what)).length;
      if (types.length === 0 || isKnown !== (given.known === 'yes')) continue;
      if (always.size === 0 && count(ATOMIC) === 0) continue;
      const locks = [...always].filter((name) => name !== ATOMIC && name !== OFF);
      const where = at.filter((_, i) => count(ATOMIC) === 0 || held[i]?.has(ATOMIC) === true);
      console.log(
        `${types.join('|')}.${member}: ${held.length} calls, ${count(ATOMIC)} atomic, ${count(OFF)} with interrupts off` +
          `${locks.length === 0 ? '' : `, always under ${locks.join(', ')}`}  ${where.slice(0, 4).join(' ')}`,
      );
    }
  },
);
