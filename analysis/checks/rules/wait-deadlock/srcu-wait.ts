import { BOUNDS } from '../../../base/bounds.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import { folderOf } from '../../../base/paths.js';
import { hashText } from '../../../base/hash.js';
import * as t from '../../../summaries/locks/terms.js';
import type { Term } from '../../../summaries/locks/terms.js';
import type { HeldLock } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import type { SrcuReaders, ReaderWay } from '../../../graph/waits/srcu-readers.js';
import { areInOnlyInstance } from '../../../graph/feasibility/only-instance.js';
import { isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import type { Waiting } from '../../../graph/waits/waits.js';
import { tellChain } from '../../story/chain.js';
import type { CheckContext } from '../../engine/check.js';
import { locationOf, shown, siteNames, tellDependency, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/** Finds deadlocks of waits for the readers of an SRCU domain. */
export class SrcuWaits {
  private readonly found = new Map<string, Finding>();

  constructor(
    private readonly context: CheckContext,
    private readonly readers: SrcuReaders,
  ) {}

  findings(): readonly Finding[] {
    return [...this.found.values()];
  }

  /** Whether the wait, on this path, is a mistake. */
  consider(waiting: Waiting): boolean {
    return this.inReader(waiting) || this.underTheirLock(waiting);
  }

  /** Whether it waits inside a reader of the same domain, and thus for itself. */
  private inReader(waiting: Waiting): boolean {
    const { root, steps, arrived, effect } = waiting;
    const object = t.deref(waiting.object);
    if (arrived.initialised.has(object.key)) return false;
    const { classes, program } = this.context.around;
    const areOne = (lock: HeldLock): boolean =>
      lock.term.key === object.key ||
      areInOnlyInstance(program, lock.term, object, classes.info(keyOf(lock) ?? '')?.declaredAt?.file ?? '');
    const holds = arrived.held.find((lock) => lock.kind === 'srcu' && lock.site.fn === root && areOne(lock));
    const key = holds && keyOf(holds);
    if (holds === undefined || key === undefined) return false;
    const name = shown(classes, key);
    // A condition in the callee may mean that there are no readers yet, except where one folder shows all of it.
    const isInSight =
      (t.rootOf(object).k === 'global' || holds.term.key !== object.key) &&
      steps.every(({ fn }) => folderOf(fn.file) === folderOf(root.file)) &&
      this.context.proofs.learnedSince(steps, 0, arrived.facts) < BOUNDS.conditionsOnPath;
    const isNear =
      isInSight ||
      steps.length <= 2 ||
      steps.slice(1).every(({ fn, event }) => {
        const skeleton = program.skeleton(fn);
        return skeleton !== undefined && isUnavoidable(skeleton, event);
      });
    this.note({
      id: hashText(['wait-deadlock', root.file, root.name, key, 'srcu'].join('\n')),
      rule: 'wait-deadlock',
      severity: 'error',
      confidence: !holds.certain ? 'low' : isNear ? 'high' : 'medium',
      message: `${effect.api}() waits for readers of ${name}, and ${root.name}() is one`,
      at: locationOf(steps[0] ?? effect.site),
      locks: [name],
      story: tellChain(
        classes,
        steps,
        { text: `waits for all readers of ${name}`, waitsWith: effect.api },
        0,
        arrived.held,
        [holds],
      ),
      assumes: [{ reason: 'same-instance', text: `both refer to the same ${name}` }],
      witnesses: [witnessId(['wait-deadlock', key, ...siteNames(steps)])],
      evidence: [],
      fixes: [],
    });
    return true;
  }

  /** Whether it waits under a lock that readers of the domain take, or that is taken under such a lock. */
  private underTheirLock(waiting: Waiting): boolean {
    const { root, arrived } = waiting;
    const { classes } = this.context.around;
    // A domain that this path has just initialised has no readers yet.
    if (arrived.initialised.has(t.deref(waiting.object).key)) return false;
    const found = classes.classOf(t.deref(waiting.object), 'srcu', 0, root.file);
    const domain = 'key' in found ? found.key : undefined;
    if (domain === undefined) return false;
    for (const holds of arrived.held) {
      const key = holds.kind === 'srcu' || holds.kind === 'rcu' ? undefined : keyOf(holds);
      // A lock that the callee took is reported for the callee.
      if (key === undefined || holds.site.fn !== root) continue;
      const [way] = this.readers.ways(domain, key).filter((one) => this.canMeet(waiting, holds, one));
      if (way !== undefined) {
        this.report(waiting, domain, holds, way);
        return true;
      }
      const chain = this.chain(domain, key);
      if (chain !== undefined) {
        this.report(waiting, domain, holds, chain.way, chain.side);
        return true;
      }
    }
    return false;
  }

  /** Whether the lock excludes the reader: two acquisitions for reading do not block each other. */
  private canMeet(waiting: Waiting, holds: HeldLock, way: ReaderWay): boolean {
    if (holds.mode === 'read' && way.lock.mode === 'read') return false;
    return way.root !== waiting.root || waiting.root.item !== undefined;
  }

  /** A lock that readers take and under which `key` is taken elsewhere. */
  private chain(
    domain: string,
    key: string,
  ): { readonly way: ReaderWay; readonly side: Dependency } | undefined {
    for (const taken of [...this.readers.taken(domain)].sort()) {
      if (taken === key || !this.context.finder.isDirect(taken, key)) continue;
      const [way] = this.readers.ways(domain, taken);
      const side = this.context.finder.find(taken, key).find(({ holds }) => holds.certain);
      if (way !== undefined && side !== undefined) return { way, side };
    }
    return undefined;
  }

  private report(waiting: Waiting, domain: string, holds: HeldLock, way: ReaderWay, side?: Dependency): void {
    const { classes } = this.context.around;
    const { root, steps, arrived, effect } = waiting;
    const key = keyOf(holds) ?? '';
    const [name, lock] = [shown(classes, domain), shown(classes, key)];
    const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
    const taken = shown(classes, keyOf(way.lock) ?? '');
    const reader = `${way.root.name}(), a reader,`;
    this.note({
      id: hashText(['wait-deadlock', root.file, root.name, domain, key, 'srcu'].join('\n')),
      rule: 'wait-deadlock',
      severity: 'error',
      confidence: confidenceOf(waiting, holds, way, side),
      message: `waits for readers of ${name} with ${effect.api}()${through} while holding ${lock}${
        side === undefined
          ? `, which ${reader} takes`
          : `; ${reader} takes ${taken}, under which ${side.root.name}() takes ${lock}`
      }`,
      at: locationOf(steps[0] ?? effect.site),
      locks: side === undefined ? [lock, name] : [lock, name, taken],
      story: [
        ...tellChain(
          classes,
          steps,
          { text: `waits for all readers of ${name}`, waitsWith: effect.api },
          0,
          arrived.held,
          [holds],
        ),
        ...tellChain(classes, way.steps, `takes ${taken}`, 1, way.held, [way.holds]),
        ...(side === undefined ? [] : tellDependency(classes, side, 2)),
      ],
      assumes: [
        { reason: 'same-instance', text: `both refer to the same ${name}` },
        { reason: 'same-instance', text: `both refer to the same ${lock}` },
      ],
      witnesses: [witnessId(['wait-deadlock', domain, key, ...siteNames(steps), ...siteNames(way.steps)])],
      evidence: [],
      fixes: [],
    });
  }

  private note(finding: Finding): void {
    if (!this.found.has(finding.id)) this.found.set(finding.id, finding);
  }
}

function confidenceOf(
  waiting: Waiting,
  holds: HeldLock,
  way: ReaderWay,
  side: Dependency | undefined,
): Confidence {
  if (!holds.certain || !way.holds.certain) return 'low';
  const calls = waiting.steps.length + way.steps.length - 2 + (side?.calls ?? 0);
  let confidence: Confidence = calls <= BOUNDS.srcuCallsHigh ? 'high' : 'medium';
  // Domain and lock belong to one object on both sides, so one domain implies one object.
  const isTold =
    owner(t.deref(waiting.object)) === owner(holds.term) && owner(way.holds.term) === owner(way.lock.term);
  if (!isTold) confidence = lesser(confidence, 'medium');
  return confidence;
}

/** Key of the root of an access path; empty for every global variable, each of which exists once. */
function owner(object: Term): string {
  const root = t.rootOf(object);
  return root.k === 'global' ? '' : root.key;
}
