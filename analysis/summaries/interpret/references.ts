import type { FunctionRef } from '../../link/types.js';
import { folderOf } from '../../base/paths.js';
import type { Models, TablePut } from '../../models/types.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import { isOnEveryPath } from '../../skeleton/lowering/block-paths.js';
import type { ExprId, Skeleton } from '../../skeleton/types.js';
import { applyCallee } from './apply.js';
import { resultSlot } from '../state/flow-graph.js';
import type { Invocation } from '../state/listener.js';
import type { State } from '../state/state.js';
import type { Executor } from '../executor.js';
import * as t from '../locks/terms.js';
import type { Term } from '../locks/terms.js';

/** A call that drops a reference, and what it calls if it was the last one. */
export interface Put {
  /** Whether it cannot be the last one: the function has taken it itself, so another one is left. */
  readonly isOwn: boolean;
  /** The functions that the release callback may be; none if only callers know it. */
  readonly targets: readonly FunctionRef[];
  /** The callback. */
  readonly release: Term;
  /** What the callback gets. */
  readonly count: Term;
}

/** What a call drops; `undefined` if `name` is no such call. */
export function putOf(
  stepper: Executor,
  event: Invocation,
  name: string,
  args: readonly Term[],
): Put | undefined {
  const { around, fn, skeleton } = stepper;
  const table = around.models.tablePut(name);
  if (table !== undefined) return tablePutOf(stepper, event, table, args);
  const put = around.models.referencePut(name);
  const count = put && args[put.countArg];
  const given = put && args[put.releaseArg];
  if (count === undefined || given === undefined) return undefined;
  const release = t.pointed(given);
  const targets = release.k === 'global' ? around.namedTargets(t.bareName(release), fn.file) : [];
  const isOwn = hasTaken(skeleton, event, event.args[put?.countArg ?? 0], around.models);
  return { isOwn, targets, release, count };
}

/**
 * The same where a table names the release callback: the only one in the file, for objects of a record of this folder
 * that contain what is counted.
 */
function tablePutOf(
  { around, fn, skeleton }: Executor,
  event: Invocation,
  { countArg, releases }: TablePut,
  args: readonly Term[],
): Put | undefined {
  const count = args[countArg];
  const place = count?.k === 'address' && count.base.k === 'field' ? count.base : undefined;
  if (count === undefined || place === undefined) return undefined;
  const tag = around.program.expand(place.base.type, fn.file).replace(/^struct /, '');
  const declared = around.program.resolveRecord(tag, fn.file)?.file;
  if (declared === undefined || folderOf(declared) !== folderOf(fn.file)) return undefined;
  const all = releases.flatMap(({ record, member }) => around.slotTargets(record, member, fn.file));
  const targets = [...new Set(all)].filter(({ file }) => file === fn.file);
  const [target] = targets;
  if (target === undefined || targets.length > 1) return undefined;
  const isOwn = hasTaken(skeleton, event, event.args[countArg], around.models);
  return { isOwn, targets, release: t.global(target.name, ''), count };
}

/**
 * Applies a call that drops a reference: for the last reference, the caller's release callback has run. `undefined` if
 * that does not affect the caller's locks.
 */
export function dropReference(
  stepper: Executor,
  event: Invocation,
  { isOwn, targets, release, count }: Put,
  result: Term,
  state: State,
): readonly State[] | undefined {
  if (isOwn) return undefined;
  const last = state.clone();
  if (last.facts.assume(result, true)) stepper.listener.call?.(event, targets, release, [count], last);
  const [target] = targets;
  const exits = (target && stepper.around.summaryOf(target)?.exits) ?? [];
  if (!exits.some(({ released }) => released.length > 0)) return undefined;
  const out: State[] = [];
  const others = state.clone();
  if (others.facts.assume(result, false)) out.push(others);
  if (state.facts.assume(result, true)) {
    const given = t.opaque(`${stepper.evaluator.given(event.id)}.release`, '');
    out.push(
      ...applyCallee(stepper, { ...event, direct: true, isAsked: false }, targets, [count], given, state),
    );
  }
  for (const each of out) each.setVariable(resultSlot(event.id), result);
  return out;
}

/** Whether the function takes a reference by the same name on every path to an event. */
function hasTaken(
  skeleton: Skeleton,
  { id }: Invocation,
  count: ExprId | undefined,
  models: Models,
): boolean {
  return eventsOf(skeleton).some(
    (event) =>
      event.k === 'call' &&
      typeof event.callee === 'string' &&
      models.takesReference(event.callee) &&
      event.args[0] === count &&
      isOnEveryPath(skeleton, event.id, id),
  );
}
