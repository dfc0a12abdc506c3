import type { FunctionRef, Program } from '../../link/types.js';
import type { FileOutline } from '../../outline/types.js';
import { plainExpr } from '../../skeleton/expressions/root.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../skeleton/types.js';

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
  for (const index of registering) {
    const skeleton = skeletonOf(program, program.functionAt(file, index));
    for (const event of eventsOf(skeleton)) {
      const api = event.k === 'register' ? models.api(event.api) : undefined;
      if (skeleton === undefined || event.k !== 'register' || api === undefined) continue;
      if (api.ontoArg === undefined && api.queueName === undefined) continue;
      const queue = skeleton.exprs[event.args[api.ontoArg ?? -1] ?? -1];
      const work = nameOf(skeleton, event.args[api.itemArg ?? api.arg ?? -1]);
      if (work !== undefined) (queue?.k === 'global' && isSoft(queue.name) ? names : others).add(work);
    }
  }
  for (const name of others) names.delete(name);
  return names;
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
