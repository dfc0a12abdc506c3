import type { FunctionRef, Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import type { FileOutline } from '../../outline/types.js';
import { partsOf } from '../../skeleton/expressions/parts.js';
import { plainExpr } from '../../skeleton/expressions/root.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { EventId, ExprId, Skeleton } from '../../skeleton/types.js';

/**
 * Names of the work items (members or variables) that a file queues to run as softirqs and nowhere else; one member may
 * serve several handlers. If there are any, demands the functions that are `registering` or queueing work.
 */
export function softWorks(
  program: Program,
  file: string,
  outline: FileOutline,
  registering: readonly number[],
): ReadonlySet<string> {
  const names = new Set<string>();
  const others = new Set<string>();
  const { models } = program;
  const isSoft = (name: string): boolean => models.isSoftQueue(name);
  if (!outline.functions.some(({ references }) => references.some(isSoft))) return names;
  const skeletons = registering.flatMap(
    (index) => skeletonOf(program, program.functionAt(file, index)) ?? [],
  );
  const own = softQueues(models, skeletons);
  for (const skeleton of skeletons) {
    for (const event of eventsOf(skeleton)) {
      const api = event.k === 'register' ? models.api(event.api) : undefined;
      if (event.k !== 'register' || api === undefined) continue;
      if (api.ontoArg === undefined && api.queueName === undefined) continue;
      const queue = nameOf(skeleton, event.args[api.ontoArg ?? -1]);
      const work = nameOf(skeleton, event.args[api.itemArg ?? api.arg ?? -1]);
      const isOnSoft = queue !== undefined && (isSoft(queue) || own.has(queue));
      if (work !== undefined) (isOnSoft ? names : others).add(work);
    }
  }
  for (const name of others) names.delete(name);
  return names;
}

/** Names of the queues (members or variables) that these functions make with a flag for softirqs, and never otherwise. */
function softQueues(models: Models, skeletons: readonly Skeleton[]): ReadonlySet<string> {
  const soft = new Set<string>();
  const others = new Set<string>();
  for (const skeleton of skeletons) {
    const { exprs } = skeleton;
    const made = new Map<EventId, boolean>();
    for (const event of eventsOf(skeleton)) {
      if (event.k === 'register' && models.api(event.api)?.objectArg === 'result') {
        const parts = event.args.flatMap((arg) => partsOf(exprs, arg)).map((part) => exprs[part]);
        made.set(
          event.id,
          parts.some((part) => part?.k === 'global' && models.isSoftQueue(part.name)),
        );
      }
      const value = event.k === 'assign' ? exprs[event.value] : undefined;
      const isSoft = value?.k === 'result' ? made.get(value.event) : undefined;
      const name = event.k === 'assign' ? nameOf(skeleton, event.target) : undefined;
      if (name !== undefined && isSoft !== undefined) (isSoft ? soft : others).add(name);
    }
  }
  for (const name of others) soft.delete(name);
  return soft;
}

function skeletonOf(program: Program, fn: FunctionRef | undefined): Skeleton | undefined {
  if (fn === undefined) return undefined;
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined && !program.sourceUnavailable(fn)) program.demand(fn, 'path');
  return skeleton;
}

/** The last name in `&d->work`, `&work`, `d->work`. */
export function nameOf(skeleton: Skeleton, id: ExprId | undefined): string | undefined {
  const expr = plainExpr(skeleton, id);
  return expr?.k === 'field' || expr?.k === 'global' ? expr.name : undefined;
}
