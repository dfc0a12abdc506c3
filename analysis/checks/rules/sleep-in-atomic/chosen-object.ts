import { bodiesOf } from '../../../link/bodies.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import type { Program } from '../../../link/types.js';
import { rootOf } from '../../../skeleton/expressions/root.js';
import { eventAt, eventsOf } from '../../../skeleton/lowering/events.js';
import type { Event, ExprId, Skeleton } from '../../../skeleton/types.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { Sleepers } from '../../../graph/events/sleep.js';
import { BOUNDS } from '../../../base/bounds.js';

/**
 * How credible it is that the path meets an object whose function sleeps. A helper on the path calls one of several
 * functions, as the object's table says; others do not sleep, and code besides this path calls the helper, too: the
 * object with the function that sleeps may be theirs. It is not where the file puts such an object where the path gets
 * its objects from, and it surely is where the file puts only others there.
 */
export function meetsSleeper(around: Surroundings, sleepers: Sleepers, steps: readonly Site[]): Confidence {
  const { program } = around;
  let confidence: Confidence = 'high';
  for (const [i, step] of steps.slice(0, -1).entries()) {
    const next = steps[i + 1]?.fn;
    if (i === 0 || next === undefined) continue;
    const call = ownCallAt(around.summaryOf(step.fn), step.event);
    const awake = call?.targets.filter(
      (target) => target !== next && !sleepers.reach(target, BOUNDS.callsToSleep),
    );
    if (call?.callee === undefined || awake === undefined || awake.length === 0) continue;
    if (program.callers(step.fn).length <= 1) continue;
    const path = steps.slice(0, i + 1);
    if (isGiven(program, path, next.name)) continue;
    const isOther = awake.some(({ name }) => isGiven(program, path, name));
    confidence = lesser(confidence, isOther ? 'low' : 'medium');
  }
  return confidence;
}

/** A member or a variable, by its name. */
interface Place {
  readonly k: 'field' | 'global';
  readonly name: string;
}

/** Whether code of the path's file puts an object whose table has the function into the place the path takes its own from. */
function isGiven(program: Program, steps: readonly Site[], name: string): boolean {
  const place = placeOf(program, steps);
  const file = steps[0]?.fn.file ?? '';
  const outline = program.outline(file);
  if (place === undefined || outline === undefined) return false;
  const holding = (value: string): readonly string[] =>
    outline.variables
      .filter(({ members }) => members.some((member) => member.value === value))
      .map((variable) => variable.name);
  const tables = holding(name);
  const objects = new Set([...tables, ...tables.flatMap(holding)]);
  for (const { skeleton } of bodiesOf(program, file))
    if (skeleton && eventsOf(skeleton).some((event) => puts(skeleton, event, place, objects))) return true;
  return false;
}

/** Whether an event names the place and one of the objects: `list_add(&obj.node, &dev->list)`, `dev->head = &obj`. */
function puts(skeleton: Skeleton, event: Event, place: Place, objects: ReadonlySet<string>): boolean {
  const named = event.k === 'assign' ? [event.target, event.value] : event.k === 'call' ? event.args : [];
  const isObject = (id: ExprId): boolean => {
    const root = skeleton.exprs[rootOf(skeleton, id)];
    return root?.k === 'global' && objects.has(root.name);
  };
  return named.some((id) => isAt(skeleton, id, place)) && named.some(isObject);
}

function isAt({ exprs }: Skeleton, id: ExprId, { k, name }: Place): boolean {
  for (let at = exprs[id]; at !== undefined; at = 'base' in at ? exprs[at.base] : undefined)
    if (at.k === k && at.name === name) return true;
  return false;
}

/** The place whose objects the last step calls, in terms of the functions above it. */
function placeOf(program: Program, steps: readonly Site[]): Place | undefined {
  let index: number | undefined;
  for (let at = steps.length - 1; at >= 0; at--) {
    const step = steps[at];
    const skeleton = step && program.skeleton(step.fn);
    const event = step && eventAt(skeleton, step.event);
    if (skeleton === undefined || event?.k !== 'call') return undefined;
    const isLast = at === steps.length - 1;
    const named = isLast ? event.callee : event.args[index ?? -1];
    if (typeof named !== 'number') return undefined;
    const place = isLast ? undefined : nearestPlace(skeleton, named);
    if (place !== undefined) return place;
    index = parameterOf(skeleton, rootOf(skeleton, named));
    if (index === undefined) return undefined;
  }
  return undefined;
}

function nearestPlace({ exprs }: Skeleton, id: ExprId): Place | undefined {
  for (let at = exprs[id]; at !== undefined; at = 'base' in at ? exprs[at.base] : undefined)
    if (at.k === 'field' || at.k === 'global') return { k: at.k, name: at.name };
  return undefined;
}

/** The parameter that a variable is, or begins with: `for (x = list; x; x = x->next)`. */
function parameterOf(skeleton: Skeleton, variable: ExprId): number | undefined {
  const of = (id: ExprId): number | undefined => {
    const root = skeleton.exprs[rootOf(skeleton, id)];
    return root?.k === 'parameter' ? root.index : undefined;
  };
  const own = of(variable);
  if (own !== undefined) return own;
  for (const event of eventsOf(skeleton)) {
    const index = event.k === 'assign' && event.target === variable ? of(event.value) : undefined;
    if (index !== undefined) return index;
  }
  return undefined;
}
