import type { LockApi } from '../../models/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { FunctionRef } from '../../link/types.js';
import type { AcquireEffect } from '../../summaries/state/types.js';

/** A lock that a handler acquires. */
interface HandlerUse {
  readonly root: FunctionRef;
  readonly acquire: AcquireEffect;
}

/**
 * Demands the functions beside a handler that take a lock only within a call: if the handler takes one in that way, they
 * may take the same one, but such calls are no lock sites.
 */
export function demandBrief({ program, models }: Surroundings, uses: Iterable<readonly HandlerUse[]>): void {
  const files = new Set<string>();
  for (const each of uses)
    for (const { root, acquire } of each)
      if (acquire.transient && acquire.lock.mode === 'write')
        for (const file of [root.file, acquire.site.fn.file]) files.add(file);
  for (const file of [...files].sort()) {
    for (const [index, { calls }] of (program.outline(file)?.functions ?? []).entries()) {
      if (!calls.some((name) => spinsBriefly(models.lockApi(name)))) continue;
      const fn = program.functionAt(file, index);
      if (fn !== undefined) program.demand(fn, 'path');
    }
  }
}

/** Whether a call takes a spinning lock with interrupts as they are, and releases it before it returns. */
function spinsBriefly(api: LockApi | undefined): boolean {
  return api?.op === 'transient' && api.atomic === true && api.mode === 'write' && api.irq === undefined;
}
