import { BOUNDS } from '../../base/bounds.js';
import { lesser, type Confidence } from '../../base/confidence.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { rootOf, type Term } from '../../summaries/locks/terms.js';
import { Apart, areOfOtherIds, goDownOneChain } from './apart.js';
import { Arms, waysOf } from './arms.js';
import { passOtherwise, type KnownCallers } from '../sight/callers.js';
import { keyOf } from '../events/collect.js';
import type { Contexts } from '../contexts/contexts.js';
import { EntryLocks } from '../contexts/entry.js';
import { commonGate, isBegunAbove, isReleasedInRounds, takenAgain } from './gates.js';
import { heldAlready, type Dependency, type Length } from '../edges/dependency.js';
import { reasonsOfObjects, reasonsOfPath, reasonsOfPlace, isPlain } from './reasons.js';
import { leastToBelieve } from '../edges/length.js';
import { OneThread } from '../contexts/one-thread.js';
import {
  areInSight,
  areOfOneModule,
  isBetweenVariables,
  isInVariable,
  reasonOfLength,
} from './path-length.js';
import {
  areDirect,
  arePassedApart,
  areWithinOneDriver,
  followsLinkToItself,
  goesBetweenObjects,
  mayMeanSameObject,
  meansSameObject,
} from './same-object.js';
import { classesByObject } from '../events/lock-names.js';
import { Readers } from './readers.js';
import { ThreadLife } from './thread-life.js';
import { excluded, type Reason, type Verdict } from './verdicts.js';
import type { Writers } from '../events/writers.js';

type Add = (
  reason: string,
  text: string,
  limit: Confidence,
  more?: Pick<Reason, 'isMinor' | 'isOfState' | 'isOfSleep'>,
) => void;

/** What is known of a whole program, and decides about cycles. */
export interface FeasibilityFacts {
  /** Semaphores that are released by code which has not acquired them. */
  readonly handedOver: ReadonlySet<string>;
  readonly entry: EntryLocks;
  readonly writers: Writers;
  readonly contexts: () => Contexts;
}

/**
 * Decides whether the sides of a cycle can coincide: which conditions rule the cycle out, and which reasons against it
 * remain.
 */
export class Feasibility {
  private readonly threads: OneThread;
  private readonly life: ThreadLife;
  private readonly arms: Arms;
  private readonly homes: Apart;
  private readonly readers: Readers;
  private readonly byObject: ReadonlySet<string>;
  private readonly handedOver: ReadonlySet<string>;
  private readonly entry: EntryLocks;
  /** With the locks that most callers of a member hold, but perhaps not all. */
  private readonly usual: EntryLocks;

  constructor(
    private readonly around: Surroundings,
    private readonly callers: KnownCallers,
    { handedOver, entry, writers, contexts }: FeasibilityFacts,
  ) {
    this.handedOver = handedOver;
    this.entry = entry;
    this.life = new ThreadLife(around.program, callers);
    this.threads = new OneThread(around.program);
    this.arms = new Arms(around.program);
    this.homes = new Apart(around);
    this.byObject = classesByObject(around.program, around.classes);
    this.readers = new Readers(around, this.arms, writers, contexts);
    this.usual = EntryLocks.usual(around, callers);
  }

  /** `same` is a class of which both sides are known to mean one lock. */
  judge(sides: readonly Dependency[], same?: string): Verdict {
    const reasons: Reason[] = [];
    const add: Add = (reason, text, limit, more) => {
      reasons.push({ reason, text, limit, ...more });
    };
    const isOneModule = areOfOneModule(this.around, sides);
    for (const side of sides) {
      const broken = this.excludes(side);
      if (broken !== undefined) return broken;
      this.weigh(side, add, isOneModule && sides.length > 2);
    }
    const weak = sides.findIndex((side, i) => this.readers.pass(side, sides[(i + 1) % sides.length]));
    if (weak >= 0)
      return excluded(
        `readers of ${this.shown(sides[weak]?.to ?? '')} do not wait for one another`,
        sides[weak],
      );
    const arms = this.arms.exclusive(sides.flatMap(waysOf));
    if (arms !== undefined) return excluded(`never compiled together: ${arms}`, sides[0]);
    const unwritten = sides.find((side, i) =>
      this.readers.areAlone(side, sides, sides[(i + 1) % sides.length]),
    );
    if (unwritten !== undefined)
      return excluded(
        `no code compiled with the sides takes ${this.shown(unwritten.to)} for writing`,
        unwritten,
      );
    if (this.life.areApart(sides))
      return excluded('the thread of one side does not run while the other does', sides[0]);
    const gate = commonGate(sides, this.entry);
    if (gate !== undefined) {
      const holder = sides.flatMap(({ held }) => held).find((lock) => keyOf(lock) === gate.key);
      const where = sides.length > 2 ? 'on two sides' : 'on every side';
      if (gate.certain) return excluded(`${this.shown(gate.key)} is held ${where}`, sides[0], holder?.site);
      add('no-gate', `the sides hold different instances of ${this.shown(gate.key)}`, 'low');
    } else {
      const usual = commonGate(sides, this.usual);
      if (usual === undefined) add('no-gate', 'no lock is held on all sides', 'high');
      else
        add('no-gate', `the sides run without ${this.shown(usual.key)}, which callers usually hold`, 'low');
    }
    const roots = new Set(sides.map((side) => side.root));
    if (sides.length > 1 && roots.size === 1)
      add('same-function', 'two runs of one function meet', isPlain(sides) ? 'high' : 'low');
    reasons.push(...reasonsOfPlace(sides), ...reasonsOfObjects(sides, this.around));
    // Three threads have to coincide.
    const isClear =
      sides.every(isBetweenVariables) || areDirect(sides) || areInSight(this.around, sides) || isOneModule;
    if (sides.length > 2 && !isClear)
      add('path', `${sides.length} threads hold their first lock at the same time`, 'medium');
    for (const [i, side] of sides.entries())
      if (this.readers.lackWriter(side, sides, sides[(i + 1) % sides.length]))
        add('writer', `another thread takes ${this.shown(side.to)} for writing`, 'low');
    this.sharedClasses(sides, add, same);
    this.instances(sides, add);
    const hasReason = reasons.some(({ isMinor }) => isMinor === true);
    const length = reasonOfLength(this.around, sides, hasReason, isOneModule);
    if (length !== undefined) reasons.push(length);
    const isOfStates = reasons.filter(({ isOfState, limit }) => isOfState && limit !== 'high').length > 1;
    if (isOfStates && length !== undefined && length.limit !== 'high')
      add('path', 'both sides run in the states that their conditions need', 'low');
    if (length?.limit === 'medium' && reasons.some(({ isOfSleep }) => isOfSleep))
      add('path', 'a path of so many calls has not run yet where the kernel warns', 'low');
    if (reasons.every(({ limit }) => limit !== 'low')) this.owners(sides, add);
    if (reasons.every(({ limit }) => limit !== 'low')) this.sameThread(sides, add);
    if (reasons.every(({ limit }) => limit !== 'low')) this.arguments(sides, add);
    return { confidence: believed(reasons), reasons };
  }

  /** The confidence of one dependency on its own; reasons in `ignored` do not count. */
  alone(
    side: Dependency,
    ignored: readonly string[] = [],
  ): { readonly confidence: Confidence; readonly reasons: readonly Reason[] } {
    const reasons: Reason[] = [];
    this.weigh(side, (reason, text, limit, more) => {
      if (!ignored.includes(reason)) reasons.push({ reason, text, limit, ...more });
    });
    return { confidence: believed(reasons), reasons: reasons.filter(({ limit }) => limit !== 'high') };
  }

  /** Upper limit of a cycle's confidence, from its classes and the minimum length of its witnesses alone. */
  ceiling(keys: readonly string[], least: Length): Confidence {
    const calls = leastToBelieve(least);
    let most: Confidence = calls <= BOUNDS.callsSameObject ? 'high' : 'low';
    for (const key of keys) {
      const isOpen = this.around.classes.info(key)?.level === -1;
      if (isOpen || (calls > BOUNDS.callsInObject && this.isShared(key, ''))) most = 'low';
    }
    return most;
  }

  /**
   * Whether a class is weak evidence: in widely shared objects, in a struct embedded in many places, or one class per
   * object.
   */
  private isShared(key: string, file: string): boolean {
    const info = this.around.classes.info(key);
    if (info === undefined) return false;
    return (
      info.generic ||
      this.byObject.has(key) ||
      (info.record !== '' && this.around.program.embedders(info.record, file) >= BOUNDS.embedders)
    );
  }

  /** Why a side is impossible. */
  private excludes(side: Dependency): Verdict | undefined {
    const again = heldAlready(side);
    if (again !== undefined) return excluded(`${this.shown(side.to)} is already held`, side, again.site);
    if (takenAgain(side, this.entry, this.around.program) === 'same') {
      const text = `${this.shown(side.to)} is held by all callers of ${side.root.name}()`;
      return excluded(text, side, side.steps[0]);
    }
    return undefined;
  }

  private weigh(side: Dependency, add: Add, isOneModule = false): void {
    const name = side.root.name;
    if (!side.holds.certain)
      add(
        'held',
        `${this.shown(side.from)} is still held where ${name}() continues: a call in between may release it`,
        'low',
      );
    if (isReleasedInRounds(this.around, side))
      add(
        'held',
        `the rounds of a loop that release ${this.shown(side.from)} come to all that were taken`,
        'low',
      );
    // Code that still uses an object holds a reference to it.
    if (this.around.models.lockApi(side.api)?.lastReference === true && !isInVariable(side.lock.term))
      add('last-reference', `${side.api}() can drop the last reference`, 'low');
    const again = takenAgain(side, this.usual, this.around.program);
    if (again === 'another')
      add('same-instance', `${name}() meets another ${this.shown(side.to)} than its callers hold`, 'medium');
    if (again === 'same')
      add(
        'held',
        `${name}() is called without ${this.shown(side.to)}, which its callers usually hold`,
        'low',
      );
    if (isBegunAbove(side, this.callers, this.around))
      add('held', `what the callers of ${name}() have begun does not include ${this.shown(side.to)}`, 'low');
    for (const lock of [side.holds, side.lock]) {
      if (this.isFresh(lock.term)) {
        add('published', `other code can already reach the object that ${name}() has just allocated`, 'low');
      }
      if (side.initialised.has(lock.term.key)) {
        add('published', `other code already uses the lock that ${name}() has just initialised`, 'low');
      }
      if (lock.kind === 'semaphore' && lock.key !== undefined && this.handedOver.has(lock.key)) {
        add(
          'mutual-exclusion',
          `${this.shown(lock.key)} is used as a lock, although code that does not hold it releases it`,
          'low',
        );
      }
    }
    const ofPath = reasonsOfPath(side, this.around, this.homes, this.callers, isOneModule);
    for (const { reason, text, limit, ...more } of ofPath) add(reason, text, limit, more);
    for (const arm of this.arms.undefinedIn(waysOf(side), side.root.file))
      add('configured', `${arm} is defined in this configuration`, 'low');
    const { item } = side.root;
    if (item !== undefined && item.section !== '' && !isBetweenVariables(side)) {
      add('phase', `${name}() (${item.section}) runs while other code already uses the locks`, 'medium');
    }
    for (const key of new Set([side.from, side.to])) this.weighClass(key, side, add);
  }

  private weighClass(key: string, side: Dependency, add: Add): void {
    const info = this.around.classes.info(key);
    if (info === undefined) return;
    if (info.level !== undefined && side.calls > 1) {
      add('subclass', `the nesting annotation of ${info.id} does not order the two`, 'low');
    }
    if (info.level === -1)
      add('subclass', `the nesting level of ${info.id}, not constant here, does not order the two`, 'low');
  }

  private sharedClasses(sides: readonly Dependency[], add: Add, same: string | undefined): void {
    const [first, second] = sides;
    const { program } = this.around;
    for (const key of new Set(sides.map((side) => side.from))) {
      if (key === same || !sides.some((side) => this.isShared(key, side.root.file))) continue;
      const isPair = sides.length === 2 && first !== undefined && second !== undefined;
      const isTold =
        isPair && (meansSameObject(program, key, first, second) || this.areOfFamily(key, first, second));
      const isLikely = isPair && mayMeanSameObject(program, key, first, second);
      const text = `both sides refer to the same ${this.shown(key)}, a lock that many unrelated objects have`;
      add('same-instance', text, isTold ? 'high' : isLikely ? 'medium' : 'low');
    }
  }

  private instances(sides: readonly Dependency[], add: Add): void {
    const [first, second] = sides;
    if (first === undefined || second === undefined || sides.length !== 2) return;
    const [record, another] = [first.from, first.to].map((key) => this.around.classes.info(key)?.record);
    const isOneRecord = record !== undefined && record !== '' && record === another;
    const between = [first, second].find((side, i) => {
      const other = i === 0 ? second : first;
      return goesBetweenObjects(side, other, isOneRecord) || followsLinkToItself(this.around, side, other);
    });
    if (between !== undefined)
      add(
        'same-instance',
        `the two objects whose locks ${between.root.name}() takes are the same object`,
        'low',
      );
    if (areOfOtherIds(this.around, first, second))
      add('same-instance', 'a device has operations that the ids of its driver do not name', 'low');
    if (goDownOneChain(this.around.program, sides))
      add('same-instance', 'the objects that pass the call on to one another form a ring', 'low');
    if (arePassedApart(this.callers, [first, first.holds.term], [second, second.lock.term])) {
      add(
        'same-instance',
        `the callers of ${first.root.name}() and ${second.root.name}() pass the same ${this.shown(first.from)}`,
        'low',
      );
    }
    if (arePassedApart(this.callers, [first, first.lock.term], [second, second.holds.term])) {
      add(
        'same-instance',
        `the callers of ${first.root.name}() and ${second.root.name}() pass the same ${this.shown(first.to)}`,
        'low',
      );
    }
    const owned = sides.every((side) => [side.holds, side.lock].every((lock) => isInVariable(lock.term)));
    if (!owned) add('same-instance', 'the sides can run on the same objects', 'high');
  }

  /** Whether both sides are code of one family of objects, and near each other. */
  private areOfFamily(key: string, first: Dependency, second: Dependency): boolean {
    return (
      this.around.models.isByFamily(this.shown(key)) &&
      first.calls + second.calls <= BOUNDS.callsToSameObject &&
      areWithinOneDriver(this.around.program, first, second)
    );
  }

  /** Each side is code of a different driver with its own objects, although the drivers share a type. */
  private owners(sides: readonly Dependency[], add: Add): void {
    if (sides.every(isBetweenVariables)) return;
    const tags = sides
      .map(({ from }) => this.around.classes.info(from)?.record ?? '')
      .filter((tag) => tag !== '');
    const records = new Set(tags.flatMap((tag) => [tag, `struct ${tag}`]));
    for (const [i, first] of sides.entries()) {
      for (const second of sides.slice(i + 1)) {
        const owners = this.homes.owners(first, second, records) ?? this.homes.users(first, second);
        if (owners === undefined) continue;
        add('same-instance', `one object belongs to ${owners.join(' and to ')}`, 'low');
        return;
      }
    }
  }

  /** The callers' arguments decide the path's conditions on parameters. */
  private arguments(sides: readonly Dependency[], add: Add): void {
    const other = sides.find(({ root, facts }) => passOtherwise(this.callers, root, facts));
    if (other !== undefined)
      add(
        'path',
        `${other.root.name}() has a caller that was not analysed and passes other arguments`,
        'low',
      );
  }

  /** One thread runs both sides, so for one object they are serialised. */
  private sameThread(sides: readonly Dependency[], add: Add): void {
    if (sides.length < 2 || sides.every(isBetweenVariables)) return;
    const thread = this.threads.common(sides.map((side) => side.root));
    if (thread === undefined) return;
    const isThread = this.threads.isKernelThread(thread);
    const text = `two ${isThread ? 'threads' : 'objects'} run ${thread.name}(), the only function that leads to all sides`;
    add('same-thread', text, isThread ? 'low' : 'medium');
  }

  /** Whether this path itself allocated the object, so that no other code knows it yet. */
  private isFresh(lock: Term): boolean {
    const root = rootOf(lock);
    return root.k === 'result' && this.around.models.isAllocator(root.origin);
  }

  private shown(key: string): string {
    return this.around.classes.info(key)?.id ?? key;
  }
}

/** The confidence that the weakest reason allows. Two medium reasons together give low. */
function believed(reasons: readonly Reason[]): Confidence {
  const limits = reasons.map(({ limit }) => limit);
  if (reasons.filter(({ limit, isMinor }) => limit === 'medium' && isMinor !== true).length > 1) return 'low';
  return limits.reduce(lesser, 'high');
}
