import { BOUNDS } from '../../../base/bounds.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import { folderOf } from '../../../base/paths.js';
import { hashText } from '../../../base/hash.js';
import * as t from '../../../summaries/locks/terms.js';
import type { Term } from '../../../summaries/locks/terms.js';
import type { HeldLock } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import type { SrcuReaders, ReaderWay, WaitingReader } from '../../../graph/waits/srcu-readers.js';
import { areInOnlyInstance } from '../../../graph/feasibility/only-instance.js';
import { isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import type { Waiting } from '../../../graph/waits/waits.js';
import { tellChain } from '../../story/chain.js';
import type { CheckContext } from '../../engine/check.js';
import { locationOf, shown, siteNames, tellDependency, witnessId } from '../../story/story.js';
import type { Finding, StoryStep } from '../../types.js';

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
    return this.inReader(waiting) || this.underTheirLock(waiting) || this.inOtherReader(waiting);
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
        { held: arrived.held, told: [holds] },
      ),
      assumes: [{ reason: 'same-instance', text: `both refer to the same ${name}` }],
      witnesses: [witnessId(['wait-deadlock', key, ...siteNames(steps)])],
      evidence: [],
      fixes: [],
    });
    return true;
  }

  /** Whether it waits inside a reader of another domain, and readers of its own domain wait for those of that one. */
  private inOtherReader(waiting: Waiting): boolean {
    const { root, arrived } = waiting;
    const domain = this.domainOf(waiting);
    if (domain === undefined || arrived.initialised.has(t.deref(waiting.object).key)) return false;
    for (const holds of arrived.held) {
      const other = holds.kind === 'srcu' && holds.site.fn === root ? keyOf(holds) : undefined;
      // Only one of the two readers reports it.
      if (other === undefined || other >= domain) continue;
      const [back] = this.readers.waiting(domain, (way) => this.domainOf(way) === other);
      if (back === undefined) continue;
      this.reportBoth({ holds, waiting }, back, shown(this.context.around.classes, domain));
      return true;
    }
    return false;
  }

  private domainOf({ object, root }: Waiting): string | undefined {
    const found = this.context.around.classes.classOf(t.deref(object), 'srcu', 0, root.file);
    return 'key' in found ? found.key : undefined;
  }

  private reportBoth(one: WaitingReader, back: WaitingReader, awaited: string): void {
    const { classes } = this.context.around;
    const own = shown(classes, keyOf(one.holds) ?? '');
    const { root, steps, effect } = one.waiting;
    const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
    const calls = steps.length + back.waiting.steps.length - 2;
    // A domain in an object may be that of another object.
    const areOne = [one, back].every(
      ({ holds, waiting }) => owner(holds.term) === '' && owner(t.deref(waiting.object)) === '',
    );
    const isNear = areOne && calls <= BOUNDS.srcuCallsHigh;
    const areCertain = one.holds.certain && back.holds.certain;
    const tell = ({ holds, waiting }: WaitingReader, name: string, path: number): readonly StoryStep[] =>
      tellChain(
        classes,
        waiting.steps,
        { text: `waits for all readers of ${name}`, waitsWith: waiting.effect.api },
        path,
        { held: waiting.arrived.held, told: [holds] },
      );
    this.note({
      id: hashText(['wait-deadlock', keyOf(one.holds), keyOf(back.holds), 'readers'].join('\n')),
      rule: 'wait-deadlock',
      severity: 'error',
      confidence: !areCertain ? 'low' : isNear ? 'high' : 'medium',
      message:
        `${root.name}(), a reader of ${own}, waits for readers of ${awaited} with ${effect.api}()${through}, ` +
        `and ${back.waiting.root.name}(), one of them, waits for readers of ${own}`,
      at: locationOf(steps[0] ?? effect.site),
      locks: [own, awaited],
      story: [...tell(one, awaited, 0), ...tell(back, own, 1)],
      assumes: [own, awaited].map((name) => ({
        reason: 'same-instance',
        text: `both refer to the same ${name}`,
      })),
      witnesses: [
        witnessId(['wait-deadlock', own, awaited, ...siteNames(steps), ...siteNames(back.waiting.steps)]),
      ],
      evidence: [],
      fixes: [],
    });
  }

  /** Whether it waits under a lock that readers of the domain take, or that is taken under such a lock. */
  private underTheirLock(waiting: Waiting): boolean {
    const { root, arrived } = waiting;
    // A domain that this path has just initialised has no readers yet.
    if (arrived.initialised.has(t.deref(waiting.object).key)) return false;
    const domain = this.domainOf(waiting);
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
        ...tellChain(classes, steps, { text: `waits for all readers of ${name}`, waitsWith: effect.api }, 0, {
          held: arrived.held,
          told: [holds],
        }),
        ...tellChain(classes, way.steps, `takes ${taken}`, 1, { held: way.held, told: [way.holds] }),
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
  if (!isTold && !mayBeAny(waiting, holds, way)) confidence = lesser(confidence, 'medium');
  return confidence;
}

/**
 * Whether the domain is one for all objects, the waiter takes the lock of an object that it is given, and the reader that of
 * one that it is given or meets in a walk: that may be the waiter's. An object that the waiter has made or looked up itself
 * may be one that no reader finds.
 */
function mayBeAny(waiting: Waiting, holds: HeldLock, { holds: section, lock }: ReaderWay): boolean {
  const isGlobal = [t.deref(waiting.object), section.term].every((domain) => owner(domain) === '');
  const isGiven = t.rootOf(holds.term).k === 'parameter';
  const isMet = ['parameter', 'opaque'].includes(t.rootOf(lock.term).k);
  return isGlobal && isGiven && isMet && membersOf(holds.term) === membersOf(lock.term);
}

/** The members that lead from the root of an access path to its end. */
function membersOf(term: Term): string {
  let path = '';
  for (let at = term; at !== t.rootOf(at) && 'base' in at; at = at.base)
    path = `${at.k === 'field' ? at.name : at.k} ${path}`;
  return path;
}

/** Key of the root of an access path; empty for every global variable, each of which exists once. */
function owner(object: Term): string {
  const root = t.rootOf(object);
  return root.k === 'global' ? '' : root.key;
}
