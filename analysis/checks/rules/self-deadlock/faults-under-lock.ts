import { hashText } from '../../../base/hash.js';
import { bareName, someTerm } from '../../../summaries/locks/terms.js';
import type { FunctionSummary } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import { SectionsTaken } from '../../../graph/events/sections-taken.js';
import { tellChain } from '../../story/chain.js';
import type { CheckContext } from '../../engine/check.js';
import { locationOf, shown, siteNames, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/**
 * Reports user memory accesses under the lock that a page fault takes. Only the current task's lock counts: a fault
 * never takes the mmap_lock of another process.
 */
export class FaultsUnderLock {
  private readonly taken: SectionsTaken;

  constructor(private readonly context: CheckContext) {
    this.taken = new SectionsTaken(context.around);
  }

  *in(summary: FunctionSummary): Generator<Finding> {
    const { classes, models } = this.context.around;
    const key = classes.named(models.faultClass, 'rwsem', summary.fn.file);
    for (const { root, steps, taken } of this.taken.under(summary, new Set([key]))) {
      if (taken.how !== 'may fault' || taken.key !== key) continue;
      const arrived = this.context.proofs.arrive(steps).find(({ context }) => context.faults <= 0);
      const holds = arrived?.held.find((lock) => keyOf(lock) === key && lock.site.fn === root);
      if (arrived === undefined || holds === undefined) continue;
      const isOwn = someTerm(
        holds.term,
        (part) => part.k === 'global' && models.isCurrentTask(bareName(part)),
      );
      if (!isOwn) continue;
      const name = shown(classes, key);
      const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
      yield {
        id: hashText(['self-deadlock', key, root.file, root.name].join('\n')),
        rule: 'self-deadlock',
        severity: 'error',
        confidence: holds.certain ? 'high' : 'low',
        message: `${taken.api}()${through} may fault and take ${name} again while holding it`,
        at: locationOf(steps[0] ?? taken.site),
        locks: [name],
        story: tellChain(classes, steps, `may fault and take ${name}`, 0, {
          held: arrived.held,
          told: [holds],
        }),
        assumes: [
          holds.mode === 'read'
            ? { reason: 'writer', text: `a writer waits for ${name}` }
            : { reason: 'fault', text: 'the page is not present' },
        ],
        witnesses: [witnessId(['self-deadlock', key, ...siteNames(steps)])],
        evidence: [],
        fixes: [],
      };
      return;
    }
  }

  /** Reports an allocation directly inside reclaim, which must not enter itself. */
  *allocationsIn(summary: FunctionSummary): Generator<Finding> {
    const { classes, models } = this.context.around;
    const { fn } = summary;
    const key = classes.named(models.reclaimClass, 'section', fn.file);
    for (const { steps, taken } of this.taken.under(summary, new Set([key]))) {
      // In deeper calls reclaim marks the task, so that allocations do not reclaim.
      if (taken.key !== key || steps.length > 1) continue;
      const arrived = this.context.proofs
        .arrive(steps)
        .find(({ args, context }) => this.taken.isEntered(taken, args, context, fn.file));
      const holds = arrived?.held.find((lock) => keyOf(lock) === key && lock.site.fn === fn);
      if (arrived === undefined || holds === undefined) continue;
      const name = shown(classes, key);
      yield {
        id: hashText(['self-deadlock', key, fn.file, fn.name].join('\n')),
        rule: 'self-deadlock',
        severity: 'error',
        confidence: holds.certain ? 'high' : 'low',
        message: `${taken.api}() may enter reclaim while holding ${name}`,
        at: locationOf(taken.site),
        locks: [name],
        story: tellChain(classes, steps, `may enter ${name} again`, 0, { held: arrived.held, told: [holds] }),
        assumes: [{ reason: 'reclaim', text: 'memory runs low' }],
        witnesses: [witnessId(['self-deadlock', key, ...siteNames(steps)])],
        evidence: [],
        fixes: [],
      };
      return;
    }
  }
}
