import { lesser, type Confidence } from '../base/confidence.js';
import type { Surroundings } from '../effects/step.js';
import { rootOf, type Term } from '../effects/terms.js';
import { Arms, type Way } from './arms.js';
import type { KnownCallers } from './callers.js';
import { keyOf } from './collect.js';
import type { EntryLocks } from './entry.js';
import { commonGate, entryHeld } from './gates.js';
import { asksWhoRuns, lastReferenceOn } from './decisions.js';
import type { Dependency } from './dependency.js';
import { OneThread } from './one-thread.js';
import { MAX_CALLS_IN_OBJECT, MAX_CALLS_RELATED, meansSameObject, meetForSure } from './same-object.js';
import type { Writers } from './writers.js';

/** Something that must hold for a finding to be real, and what it costs in confidence when it is not certain. */
export interface Reason {
  readonly reason: string;
  readonly text: string;
  readonly limit: Confidence;
}

export type Verdict =
  { readonly excluded: string } | { readonly confidence: Confidence; readonly reasons: readonly Reason[] };

/** Conditions in callees from which on a path is no longer taken for granted. */
const MANY_CONDITIONS = 3;
/** Call steps of all sides together up to which a path is believed (L in FILTERS.md, rule 3). */
const MAX_CALLS_HIGH = 3;
/** The same where it is told that the sides mean the same locks and hardly anything is decided on the way. */
const MAX_CALLS_SURE = 8;
/** Up to which it is half believed; with hardly any condition on the way. */
const MAX_CALLS_MEDIUM = 5;
const MAX_CALLS_PLAIN = 8;
/** Call steps beyond which a lock that many unrelated objects have is not believed to be the same one. */
const MAX_SHARED_CALLS = 1;
/** A struct embedded in as many places is a tool of others, its lock no class of its own (FILTERS.md, rule 2). */
const MANY_EMBEDDERS = 4;

/** Judges whether the dependencies of a cycle can meet: the hard and the class conditions of FILTERS.md. */
export class Feasibility {
  private readonly threads: OneThread;
  private readonly arms: Arms;

  constructor(
    private readonly around: Surroundings,
    /** Semaphores that somebody releases without having taken them. */
    private readonly handedOver: ReadonlySet<string>,
    private readonly entry: EntryLocks,
    private readonly callers: KnownCallers,
    private readonly writers: Writers,
  ) {
    this.threads = new OneThread(around.program);
    this.arms = new Arms(around.program);
  }

  judge(sides: readonly Dependency[]): Verdict {
    const reasons: Reason[] = [];
    const add = (reason: string, text: string, limit: Confidence): void => {
      reasons.push({ reason, text, limit });
    };
    for (const side of sides) {
      const broken = this.excludes(side);
      if (broken !== undefined) return { excluded: broken };
      this.weigh(side, add);
    }
    const weak = sides.findIndex((side, i) => this.passesReaders(side, sides[(i + 1) % sides.length]));
    if (weak >= 0)
      return { excluded: `readers of ${this.shown(sides[weak]?.to ?? '')} do not wait for one another` };
    const arms = this.arms.exclusive(sides.flatMap(waysOf));
    if (arms !== undefined) return { excluded: `never compiled together: ${arms}` };
    const unwritten = sides.find((side, i) => this.onlyReaders(side, sides, sides[(i + 1) % sides.length]));
    if (unwritten !== undefined)
      return {
        excluded: `nobody takes ${this.shown(unwritten.to)} for writing where the sides are compiled`,
      };
    const gate = commonGate(sides, this.entry);
    if (gate !== undefined) {
      if (gate.certain) return { excluded: `${this.shown(gate.key)} is held on every side` };
      add('no-gate', `the sides hold different instances of ${this.shown(gate.key)}`, 'low');
    } else add('no-gate', 'no common lock is held on all sides', 'high');
    const roots = new Set(sides.map((side) => side.root));
    if (sides.length > 1 && roots.size === 1) add('same-function', 'two runs of one function meet', 'low');
    this.sharedClasses(sides, add);
    this.instances(sides, add);
    this.length(sides, add);
    if (reasons.every(({ limit }) => limit !== 'low')) this.sameThread(sides, add);
    let confidence: Confidence = 'high';
    for (const { limit } of reasons) confidence = lesser(confidence, limit);
    return { confidence, reasons };
  }

  /** How far one dependency can be believed by itself; reasons in `ignored` do not count. */
  alone(
    side: Dependency,
    ignored: readonly string[] = [],
  ): { readonly confidence: Confidence; readonly reasons: readonly Reason[] } {
    const reasons: Reason[] = [];
    this.weigh(side, (reason, text, limit) => {
      if (!ignored.includes(reason)) reasons.push({ reason, text, limit });
    });
    let confidence: Confidence = 'high';
    for (const { limit } of reasons) confidence = lesser(confidence, limit);
    return { confidence, reasons: reasons.filter(({ limit }) => limit !== 'high') };
  }

  /** The most that a cycle can be believed, from its classes and the length of its shortest witnesses alone. */
  ceiling(keys: readonly string[], calls: number): Confidence {
    let most: Confidence =
      calls <= MAX_CALLS_HIGH || this.standTogether(keys, calls)
        ? 'high'
        : calls <= MAX_CALLS_PLAIN
          ? 'medium'
          : 'low';
    const records = new Set(keys.map((key) => this.around.classes.info(key)?.record ?? ''));
    const isOneObject = records.size === 1 && !records.has('');
    const mostShared = isOneObject ? MAX_CALLS_IN_OBJECT : MAX_SHARED_CALLS;
    for (const key of keys) {
      if (key.endsWith('/?') || (calls > mostShared && this.isShared(key, ''))) most = 'low';
    }
    return most;
  }

  /** Whether longer paths between these are worth a look: between variables, or locks declared in one file. */
  private standTogether(keys: readonly string[], calls: number): boolean {
    const infos = keys.map((key) => this.around.classes.info(key));
    if (infos.every((info) => info?.record === '')) return calls <= MAX_CALLS_SURE;
    const files = new Set(infos.map((info) => info?.declaredAt?.file ?? ''));
    return files.size === 1 && !files.has('') && calls <= MAX_CALLS_RELATED;
  }

  /** A class that tells little: of widely shared objects, or of a struct embedded in many places. */
  private isShared(key: string, file: string): boolean {
    const info = this.around.classes.info(key);
    if (info === undefined) return false;
    return (
      info.generic ||
      (info.record !== '' && this.around.program.embedders(info.record, file) >= MANY_EMBEDDERS)
    );
  }

  /**
   * lockdep's weak path: a recursive reader passes those that hold the lock for reading, whatever writer
   * waits. A reader-writer spinlock is recursive where bottom halves are off (Documentation/locking/
   * lockdep-design.rst, read_lock_is_recursive()).
   */
  private passesReaders(side: Dependency, next: Dependency | undefined): boolean {
    if (side.lock.mode !== 'read' || next?.holds.mode !== 'read' || next === side) return false;
    const { models } = this.around;
    const recursive = models.lockApi(side.api)?.recursiveRead;
    const isBhOff = [side.api, ...side.held.map((lock) => lock.api)].some(
      (api) => models.lockApi(api)?.bh === true,
    );
    return recursive === 'always' || (recursive === 'in-interrupt' && isBhOff);
  }

  /** Both sides read, and whoever writes is in an arm that excludes theirs. */
  private onlyReaders(side: Dependency, sides: readonly Dependency[], next: Dependency | undefined): boolean {
    if (side.lock.mode !== 'read' || next?.holds.mode !== 'read' || next === side) return false;
    const writers = this.writers.of(side.to);
    const ways = sides.flatMap(waysOf);
    return (
      writers.length > 0 && writers.every((site) => this.arms.of([...ways, { steps: [site] }]) === undefined)
    );
  }

  /** Why a side cannot happen at all, in words. */
  private excludes(side: Dependency): string | undefined {
    const again = side.held.find((h) => h !== side.holds && keyOf(h) === side.to && side.from !== side.to);
    if (again !== undefined) return `${this.shown(side.to)} is already held`;
    if (side.from !== side.to && entryHeld(side, this.entry).has(side.to)) {
      return `${this.shown(side.to)} is held by all callers of ${side.root.name}()`;
    }
    return undefined;
  }

  private weigh(side: Dependency, add: (reason: string, text: string, limit: Confidence) => void): void {
    const name = side.root.name;
    if (!side.holds.certain)
      add(
        'held',
        `${this.shown(side.from)} is still held when ${name}() goes on: a call between may release it`,
        'low',
      );
    // Who still works with an object has a reference of his own.
    if (this.around.models.lockApi(side.api)?.lastReference === true && !isStatic(side.lock.term))
      add('last-reference', `the reference that ${side.api}() puts can be the last one`, 'low');
    for (const lock of [side.holds, side.lock]) {
      if (this.isFresh(lock.term)) {
        add('published', `others can already reach the object ${name}() has just allocated`, 'low');
      }
      if (side.initialised.has(lock.term.key)) {
        add('published', `others already use the lock that ${name}() has just initialised`, 'low');
      }
      if (lock.kind === 'semaphore' && lock.key !== undefined && this.handedOver.has(lock.key)) {
        add(
          'mutual-exclusion',
          `${this.shown(lock.key)} works as a lock, though others than its holder release it`,
          'low',
        );
      }
    }
    const put = lastReferenceOn(side, this.around.models);
    if (put !== undefined)
      add('last-reference', `the reference that ${put.by}() puts can be the last one`, put.limit);
    if (asksWhoRuns(side, this.around.models))
      add('path', `${name}() is not what runs already where it asks for that`, 'medium');
    // What the function that is called decides for itself is as good as what the root decides.
    if (side.learned >= MANY_CONDITIONS && side.calls > 1) {
      add('path', `the conditions on the way from ${name}() come out as described`, 'medium');
    }
    for (const [arm, isDefined] of this.arms.of(waysOf(side)) ?? []) {
      if (isDefined && !this.isConfigured(arm, side.root.file)) {
        add('configured', `${arm} is defined where this is built`, 'medium');
      }
    }
    const { item } = side.root;
    if (item !== undefined && item.section !== '' && !this.isVariable(side)) {
      add('phase', `${name}() (${item.section}) runs while others already use the locks`, 'medium');
    }
    for (const key of new Set([side.from, side.to])) this.weighClass(key, side, add);
  }

  /** A name of the configuration, or one that the source itself defines. */
  private isConfigured(arm: string, file: string): boolean {
    const { program } = this.around;
    if (!/^[A-Za-z]\w*$/.test(arm) || arm.startsWith('CONFIG_')) return true;
    const own = program.outline(file)?.macros.some((macro) => macro.name === arm);
    return (
      own === true ||
      program.resolveObjectMacro(arm, file) !== undefined ||
      program.resolveConstant(arm, file) !== undefined
    );
  }

  private weighClass(
    key: string,
    side: Dependency,
    add: (reason: string, text: string, limit: Confidence) => void,
  ): void {
    const info = this.around.classes.info(key);
    if (info === undefined) return;
    if (/\/(\d+|\?)$/.test(key) && side.calls > 1) {
      add('subclass', `the nesting annotation of ${info.id} does not order the two`, 'low');
    }
    if (key.endsWith('/?'))
      add('subclass', `the nesting level of ${info.id}, not constant here, does not order the two`, 'low');
  }

  private sharedClasses(
    sides: readonly Dependency[],
    add: (reason: string, text: string, limit: Confidence) => void,
  ): void {
    const [first, second] = sides;
    for (const key of new Set(sides.map((side) => side.from))) {
      if (!sides.some((side) => this.isShared(key, side.root.file))) continue;
      const isTold = sides.length === 2 && first && second && meansSameObject(key, first, second);
      const text = `both sides mean the same ${this.shown(key)}, a lock that many unrelated objects have`;
      add('same-instance', text, isTold === true ? 'high' : 'low');
    }
  }

  private instances(
    sides: readonly Dependency[],
    add: (reason: string, text: string, limit: Confidence) => void,
  ): void {
    const [first, second] = sides;
    if (first === undefined || second === undefined || sides.length !== 2) return;
    if (differ(first.holds.term, second.lock.term)) {
      add('same-instance', `${this.shown(first.from)} is the same member of its object on both sides`, 'low');
    }
    if (differ(first.lock.term, second.holds.term)) {
      add('same-instance', `${this.shown(first.to)} is the same member of its object on both sides`, 'low');
    }
    if (this.apart(first, first.holds.term, second, second.lock.term)) {
      add(
        'same-instance',
        `the callers of ${first.root.name}() and ${second.root.name}() pass the same ${this.shown(first.from)}`,
        'low',
      );
    }
    if (this.apart(first, first.lock.term, second, second.holds.term)) {
      add(
        'same-instance',
        `the callers of ${first.root.name}() and ${second.root.name}() pass the same ${this.shown(first.to)}`,
        'low',
      );
    }
    const owned = sides.every((side) => [side.holds, side.lock].every((lock) => isStatic(lock.term)));
    if (!owned) add('same-instance', 'the sides can meet on the same objects', 'high');
  }

  /** All callers of both roots pass variables, and never the same one: two instances, as far as the source tells. */
  private apart(first: Dependency, a: Term, second: Dependency, b: Term): boolean {
    const x = this.passed(first, a);
    const y = this.passed(second, b);
    return x !== undefined && y !== undefined && [...x].every((key) => !y.has(key));
  }

  /** What stands for the parameter a lock is reached through; `undefined` unless all callers pass variables. */
  private passed(side: Dependency, lock: Term): ReadonlySet<string> | undefined {
    const root = rootOf(lock);
    if (root.k !== 'parameter') return undefined;
    const calls = this.callers.of(side.root);
    if (calls === undefined || calls.length === 0) return undefined;
    const out = new Set<string>();
    for (const { args } of calls) {
      const arg = args?.[root.index];
      if (arg === undefined || rootOf(arg).k !== 'global') return undefined;
      out.add(arg.key);
    }
    return out;
  }

  /** What one thread does with its object, it does in turn. */
  private sameThread(
    sides: readonly Dependency[],
    add: (reason: string, text: string, limit: Confidence) => void,
  ): void {
    if (sides.length < 2 || sides.every((side) => this.isVariable(side))) return;
    const thread = this.threads.common(sides.map((side) => side.root));
    if (thread !== undefined)
      add('same-thread', `two threads run ${thread.name}(), from which alone all sides are reached`, 'low');
  }

  private length(
    sides: readonly Dependency[],
    add: (reason: string, text: string, limit: Confidence) => void,
  ): void {
    const [first, second] = sides;
    const sum = (of: (side: Dependency) => number): number => sides.reduce((all, side) => all + of(side), 0);
    const calls = sum((side) => side.calls);
    if (calls <= MAX_CALLS_HIGH) return;
    const isPlain = sum((side) => side.learned) < MANY_CONDITIONS;
    const isSure =
      calls <= MAX_CALLS_SURE && isPlain && sides.length === 2 && first !== undefined && second !== undefined;
    const text = `every call on a path of ${calls} calls goes the way described`;
    if (isSure && meetForSure(this.around, first, second)) add('path', text, 'high');
    else add('path', text, calls <= (isPlain ? MAX_CALLS_PLAIN : MAX_CALLS_MEDIUM) ? 'medium' : 'low');
  }

  private isVariable(side: Dependency): boolean {
    return isStatic(side.holds.term) && isStatic(side.lock.term);
  }

  /** The object was allocated on this very path: nobody else may know it yet. */
  private isFresh(lock: Term): boolean {
    const root = rootOf(lock);
    return root.k === 'result' && this.around.models.isAllocator(root.origin);
  }

  private shown(key: string): string {
    return this.around.classes.info(key)?.id ?? key;
  }
}

function waysOf(side: Dependency): readonly Way[] {
  return [{ steps: side.holdSteps }, side];
}

function isStatic(lock: Term): boolean {
  return rootOf(lock).k === 'global';
}

/** The members of one object that two terms name cannot be the same: other field path or other constant index. */
function differ(a: Term, b: Term): boolean {
  const x = memberPath(a);
  const y = memberPath(b);
  if (x.length !== y.length) return false;
  return x.some((part, i) => {
    const other = y[i] ?? '';
    if (part === other) return false;
    return part.startsWith('.') ? other.startsWith('.') : part.startsWith('#') && other.startsWith('#');
  });
}

function memberPath(lock: Term): string[] {
  const out: string[] = [];
  let at = lock;
  while (at.k === 'field' || at.k === 'index') {
    out.push(at.k === 'field' ? `.${at.name}` : at.index.k === 'constant' ? `#${at.index.value}` : '?');
    at = at.base;
  }
  return out;
}
