import type { FunctionRef, Program } from '../link/types.js';
import type { FileOutline } from '../outline/types.js';
import { eventsOf } from '../summary/events.js';
import type { ExprId, Skeleton } from '../summary/types.js';

/**
 * Names of the works, members or variables, that a file queues to run as softirqs. Asks for the functions that do, and
 * where there are any for those that `register` works: their handlers are told apart by these names.
 */
export function softWorks(
  program: Program,
  file: string,
  outline: FileOutline,
  registering: readonly number[],
): ReadonlySet<string> {
  const names = new Set<string>();
  const { models } = program;
  outline.functions.forEach((item, index) => {
    if (!item.references.some((name) => models.isSoftQueue(name))) return;
    const skeleton = skeletonOf(program, program.functionAt(file, index));
    for (const event of eventsOf(skeleton)) {
      const api = event.k === 'register' ? models.api(event.api) : undefined;
      if (skeleton === undefined || event.k !== 'register' || api?.ontoArg === undefined) continue;
      const queue = skeleton.exprs[event.args[api.ontoArg] ?? -1];
      const work = nameOf(skeleton, event.args[api.arg ?? -1]);
      if (queue?.k === 'global' && models.isSoftQueue(queue.name) && work !== undefined) names.add(work);
    }
  });
  if (names.size > 0) for (const index of registering) skeletonOf(program, program.functionAt(file, index));
  return names;
}

function skeletonOf(program: Program, fn: FunctionRef | undefined): Skeleton | undefined {
  if (fn === undefined) return undefined;
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined && !program.sourceUnavailable(fn)) program.demand(fn, 'path');
  return skeleton;
}

/** The last name of `&d->work`, `&work`, `d->work`. */
export function nameOf({ exprs }: Skeleton, id: ExprId | undefined): string | undefined {
  let expr = exprs[id ?? -1];
  while (expr?.k === 'cast' || expr?.k === 'address') expr = exprs[expr.base];
  return expr?.k === 'field' || expr?.k === 'global' ? expr.name : undefined;
}
