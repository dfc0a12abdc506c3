import { BOUNDS } from '../../base/bounds.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { ZERO } from '../../summaries/facts/fact.js';
import { bareName, rootOf } from '../../summaries/locks/terms.js';
import type { Site } from '../../summaries/state/types.js';
import { domainOf, hasOneProcessor, isProgram } from '../../link/files/domains.js';
import type { Program } from '../../link/types.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import { typeOf } from '../../link/ctypes/expression-types.js';
import type { KnownCallers } from '../sight/callers.js';
import { differ } from '../events/members.js';
import type { Apart } from './apart.js';
import { asksWhoRuns, droppedOnOtherWays, foundApart, lastReferenceOn } from './decisions.js';
import type { Dependency } from '../edges/dependency.js';
import { leavesBefore, needsLastReference, putOn } from '../paths/last-reference.js';
import { isOnlyUnder } from './only-way.js';
import { SPINNING_KINDS } from '../../models/records/kinds.js';
import type { Reason } from './verdicts.js';
import { targetsOf } from './same-object.js';

/**
 * Reasons against the path of one side of a cycle, independent of the other sides. `isOneModule`: the whole cycle is in
 * one folder, whose state few conditions read.
 */
export function* reasonsOfPath(
  side: Dependency,
  around: Surroundings,
  apart: Apart,
  callers: KnownCallers,
  isOneModule: boolean,
): Generator<Reason> {
  const { models } = around;
  const name = side.root.name;
  const put = lastReferenceOn(side, models);
  if (put !== undefined && isOpenPut(around, side.steps, put))
    yield {
      reason: 'last-reference',
      text: `${put}() can drop the last reference`,
      limit: 'low',
    };
  if (asksWhoRuns(side, models))
    yield {
      reason: 'path',
      text: `${name}() does not run where it tests who runs it`,
      limit: 'medium',
    };
  const unset = madeOnce(side, around.program);
  if (unset !== undefined)
    yield {
      reason: 'phase',
      text: `${name}() runs while ${unset} is not set, which it sets for good`,
      limit: 'medium',
    };
  const conditions = `the conditions on the path from ${name}() evaluate as described`;
  const isOnly = side.learned + side.stated > 0 && isOnlyUnder(callers, side.steps, side.from);
  if (isOnly) yield { reason: 'path', text: conditions, limit: 'high' };
  else if (side.learned >= BOUNDS.conditionsOnPath && choosesFunction(side, around))
    yield { reason: 'path', text: conditions, limit: 'low' };
  else if (side.learned >= BOUNDS.conditionsOnPath && side.calls > 1)
    yield { reason: 'path', text: conditions, limit: 'medium', isOfState: true };
  else if (goesByState(side)) {
    const reason = { reason: 'path', text: conditions, limit: 'medium', isOfState: true } as const;
    // Behind many calls, some caller in between knows the state.
    if (side.calls > BOUNDS.callsHigh) yield reason;
    else yield isOneModule ? { ...reason, limit: 'high' } : { ...reason, isMinor: true };
  }
  // A callee that spins on it would fail at the first try: the path is rare or impossible.
  const spun = side.held.find((lock) => lock.certain && models.lockApi(lock.api)?.atomic === true);
  if (
    spun !== undefined &&
    spun.kind !== 'rcu' &&
    side.calls > 0 &&
    models.lockApi(side.api)?.sleeps === true
  )
    yield {
      reason: 'path',
      text: `${name}() continues past the point where it sleeps in atomic context`,
      limit: 'medium',
      isMinor: true,
      isOfSleep: true,
    };
  const dropping = droppedOnOtherWays(side, around);
  if (dropping !== undefined)
    yield {
      reason: 'held',
      text: `${dropping.name}() leaves the lock of its caller held, which it drops on other paths`,
      limit: 'low',
    };
  const stray = apart.strays(side.steps);
  if (stray !== undefined)
    yield {
      reason: 'same-instance',
      text: `the op table of an object of ${name}() contains ${stray.name}()`,
      limit: 'low',
    };
}

/** The pointer in a variable that the path finds unset, and that its code sets: it takes its lock once. */
function madeOnce({ facts, steps }: Dependency, program: Program): string | undefined {
  for (const { term, fact } of facts.known()) {
    if (term.k !== 'global' || !term.type.endsWith('*') || fact.signs !== ZERO) continue;
    const name = bareName(term);
    const isSet = steps.some(({ fn }) => {
      const skeleton = program.skeleton(fn);
      return eventsOf(skeleton).some((event) => {
        const target = event.k === 'assign' ? skeleton?.exprs[event.target] : undefined;
        return target?.k === 'global' && target.name === name;
      });
    });
    if (isSet) return name;
  }
  return undefined;
}

/** Whether the put on a path that goes on only after the last one, which `test` finds, may leave other references. */
function isOpenPut(around: Surroundings, steps: readonly Site[], test: string): boolean {
  return putOn(around, steps) === undefined
    ? !leavesBefore(around, steps, test)
    : needsLastReference(around, steps);
}

/**
 * Whether a call on the path may have several targets. Conditions in a callee are as open as in the root, but the
 * object's state selects the target.
 */
function choosesFunction(side: Dependency, around: Surroundings): boolean {
  return side.steps.slice(0, -1).some((step) => targetsOf(around, step) > 1);
}

/**
 * Whether callees on the path test object state that their callers know better. Between global variables there is no
 * such object.
 */
function goesByState(side: Dependency): boolean {
  const isOpen = rootOf(side.holds.term).k === 'global' && rootOf(side.lock.term).k === 'global';
  return !isOpen && side.calls > 1 && side.stated > 0;
}

/** Reasons against the place: whether code runs concurrently there. */
export function* reasonsOfPlace(sides: readonly Dependency[]): Generator<Reason> {
  const files = sides.flatMap(({ steps, holdSteps }) => [...steps, ...holdSteps].map(({ fn }) => fn.file));
  const spins = sides.some(({ lock }) => SPINNING_KINDS.has(lock.kind));
  if (spins && files.some(hasOneProcessor))
    yield { reason: 'configured', text: 'the machine has more than one CPU', limit: 'low' };
  // User-space programs have their own rules: joined threads, phases, one process per job.
  if (files.some((file) => isProgram(domainOf(file))))
    yield { reason: 'configured', text: 'several threads of the program run at the same time', limit: 'low' };
}

/** Reasons against the locks of neighbouring sides being those of one object. */
export function* reasonsOfObjects(sides: readonly Dependency[], around: Surroundings): Generator<Reason> {
  const [first, second, third] = sides;
  if (first === undefined || second === undefined) return;
  const all = third === undefined ? 'both' : 'all';
  for (const [i, side] of sides.entries()) {
    const next = sides[(i + 1) % sides.length] ?? first;
    const lock = around.classes.info(side.to)?.id ?? side.to;
    if (differ(side.lock.term, next.holds.term))
      yield {
        reason: 'same-instance',
        text: `${lock} is the same member of its object on ${all} sides`,
        limit: 'low',
      };
    else if (areOfOtherKinds(around, side, next))
      yield {
        reason: 'same-instance',
        text: `${lock} is in an object that has one content of its union on ${all} sides`,
        limit: 'low',
      };
  }
  const pointer = third === undefined ? foundApart(first, second, around.program) : undefined;
  if (pointer !== undefined)
    yield {
      reason: 'same-instance',
      text: `the object has no ${pointer} on one side, and has one on the other`,
      limit: 'low',
    };
}

/**
 * Whether two sides use the objects with their common lock as different kinds, each with a content of its own in a union:
 * `channel->u.req` and `channel->u.evt`.
 */
function areOfOtherKinds({ program, classes }: Surroundings, side: Dependency, next: Dependency): boolean {
  const record = classes.info(side.to)?.record ?? '';
  if (record === '') return false;
  const mine = contentsUsed(program, side, record);
  const theirs = mine.size === 0 ? mine : contentsUsed(program, next, record);
  return theirs.size > 0 && [...mine].every((name) => !theirs.has(name));
}

/** The members of the unions in a record that the functions of a side use. */
function contentsUsed(program: Program, { steps, holdSteps }: Dependency, record: string): Set<string> {
  const unions = `union ${record.replace(/^struct /, '')}::`;
  const used = new Set<string>();
  for (const fn of new Set([...steps, ...holdSteps].map((step) => step.fn))) {
    const skeleton = program.skeleton(fn);
    for (const expr of skeleton?.exprs ?? [])
      if (skeleton !== undefined && expr.k === 'field' && skeleton.exprs[expr.base]?.k === 'field')
        if (typeOf(skeleton, expr.base, fn, program).startsWith(unions)) used.add(expr.name);
  }
  return used;
}

/**
 * Whether one function acquires global variables in both orders unconditionally, so that nothing prevents a concurrent
 * run.
 */
export function isPlain(sides: readonly Dependency[]): boolean {
  return sides.every(
    ({ calls, learned, holds, lock, root }) =>
      calls === 0 &&
      learned === 0 &&
      root.item?.section === '' &&
      [holds, lock].every(({ term }) => rootOf(term).k === 'global'),
  );
}
