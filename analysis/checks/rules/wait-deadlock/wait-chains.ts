import { BOUNDS } from '../../../base/bounds.js';
import { folderOf } from '../../../base/paths.js';
import { deref, rootOf, type Term } from '../../../summaries/locks/terms.js';
import type { HeldLock, LockRef, Site } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import type { HandlerNeeds, HandlerPath } from '../../../graph/waits/handler-needs.js';
import type { Awaited, WaitSlots } from '../../../graph/slots/slots.js';
import { Waits } from '../../../graph/waits/waits.js';
import type { FunctionRef } from '../../../link/types.js';
import { tellChain } from '../../story/chain.js';
import type { CheckContext } from '../../engine/check.js';
import { locationOf, shown, tellDependency } from '../../story/story.js';
import type { StoryStep } from '../../types.js';
import type { CompletionWaits, Needed } from './completions/completion-wait.js';

/** How a handler needs a lock that it does not take itself: through something that it waits for in turn. */
export interface Chain {
  /** Text for the message: `takes x, under which f() takes y`. */
  readonly text: string;
  readonly story: readonly StoryStep[];
  /** Whether all objects involved are global variables, each of which exists once. */
  readonly isVariable: boolean;
  /** Whether a lock belongs to a type that many unrelated objects embed, or to objects that are locked within one another. */
  readonly isOfMany: boolean;
}

/** Finds cycles of more than two parties: the waiter holds a lock that the handler needs only through a third party. */
export class WaitChains {
  /** Waits for completions that end only when they are completed. */
  private readonly untimed: Waits;
  /** Waits for the readers of an SRCU domain. */
  private readonly forReaders: Waits;

  constructor(
    private readonly context: CheckContext,
    private readonly slots: WaitSlots,
    private readonly waits: Waits,
    private readonly needs: HandlerNeeds,
    private readonly completions: CompletionWaits,
  ) {
    this.untimed = new Waits(context.around, (api) => api.awaits === 'completion' && api.timed !== true);
    this.forReaders = new Waits(context.around, (api) => api.awaits === 'srcu' && api.arg !== undefined);
  }

  /** Whether a handler may need one of these classes through a third party. Looks at classes beyond the handler. */
  mayLead(handler: FunctionRef, held: ReadonlySet<string>): boolean {
    if (this.leading(handler, held).some((taken) => this.needs.ways(handler, taken).length > 0)) return true;
    for (const { registration } of this.awaitedBy(handler)) {
      const classes = this.context.acquiredWithin.classes(registration.handler, BOUNDS.callsInWaitChain);
      for (const key of held) if (classes.has(key)) return true;
    }
    return [...held].some(
      (key) =>
        this.completedUnder(handler, key) !== undefined || this.readersAwaited(handler, key) !== undefined,
    );
  }

  /** How `handler` needs the lock `holds` if it does not take it itself; `undefined` if it does not. */
  of(handler: FunctionRef, holds: HeldLock, held: readonly HeldLock[]): Chain | undefined {
    const key = keyOf(holds);
    if (key === undefined) return undefined;
    // Nothing that readers take makes another reader wait.
    if (holds.kind === 'srcu') return this.byReaders(handler, key, holds);
    return (
      this.byOrder(handler, key, holds, held) ??
      this.byWait(handler, key, holds) ??
      this.byCompletion(handler, key, holds)
    );
  }

  /** Handlers that a handler waits for in turn. */
  *awaitedBy(
    handler: FunctionRef,
  ): Generator<Awaited & { readonly api: string; readonly steps: readonly Site[] }> {
    if (!this.waits.reach(handler, BOUNDS.callsInWaitChain)) return;
    for (let calls = 0; calls <= BOUNDS.callsInWaitChain; calls++) {
      for (const { tail, effect, api } of this.waits.tails(handler, calls, [])) {
        if (this.context.proofs.arrive(tail).length === 0) continue;
        const file = tail.at(-1)?.fn.file ?? handler.file;
        for (const one of this.slots.awaited(api, effect.args, file))
          if (one.registration.handler !== handler) yield { ...one, api: api.name, steps: tail };
      }
    }
  }

  /** Classes that a handler takes and under which some function takes one of `held`, itself or a few calls down. */
  private leading(handler: FunctionRef, held: ReadonlySet<string>): readonly string[] {
    const { acquiredWithin, finder } = this.context;
    const found = [...acquiredWithin.classes(handler, BOUNDS.callsInWaitChain)].filter(
      (taken) =>
        !held.has(taken) &&
        [...held].some((key) => finder.leastCalls(taken, key).calls <= BOUNDS.callsUnderLockInWaitChain),
    );
    return found.sort();
  }

  private byOrder(
    handler: FunctionRef,
    key: string,
    holds: HeldLock,
    held: readonly HeldLock[],
  ): Chain | undefined {
    const { around, finder } = this.context;
    const { classes } = around;
    for (const taken of this.leading(handler, new Set([key]))) {
      const [way] = this.needs.ways(handler, taken);
      const side = finder.find(taken, key).find((one) => isCertain(one) && !isGated(one, held));
      if (way === undefined || side === undefined) continue;
      const [outer, lock] = [shown(classes, taken), shown(classes, key)];
      const isVariable = [way.lock, side.holds, side.lock, holds].every(isGlobal);
      return {
        text: `takes ${outer}, under which ${side.root.name}() takes ${lock}`,
        story: [...tellChain(classes, way.steps, `takes ${outer}`, 1), ...tellDependency(classes, side, 2)],
        isVariable,
        isOfMany: (!isGlobal(way.lock) && classes.info(taken)?.generic === true) || this.nests(key),
      };
    }
    return undefined;
  }

  /** Whether some function takes the lock of one object under that of another: the two ends of a chain may be different ones. */
  private nests(key: string): boolean {
    return this.context.finder.find(key, key).some(isCertain);
  }

  private byWait(handler: FunctionRef, key: string, holds: HeldLock): Chain | undefined {
    const { classes } = this.context.around;
    for (const { registration, api } of this.awaitedBy(handler)) {
      const ways: readonly HandlerPath[] = this.needs.ways(registration.handler, key);
      const [way] = ways;
      if (way === undefined || (way.lock.mode === 'read' && holds.mode === 'read')) continue;
      const { name } = registration.handler;
      const lock = shown(classes, key);
      return {
        text: `waits for ${name}() with ${api}(), and that takes ${lock}`,
        story: [
          {
            path: 1,
            ...registration.at,
            function: registration.by,
            text: `${name}() is waited for`,
            held: [],
          },
          ...tellChain(classes, way.steps, `takes ${lock}`, 2),
        ],
        isVariable: [way.lock, holds].every(isGlobal),
        isOfMany: false,
      };
    }
    return undefined;
  }

  /** What a handler waits for, in functions of its folder, that is completed only by code that takes a lock of class `key`. */
  private completedUnder(
    handler: FunctionRef,
    key: string,
  ): { readonly needed: Needed; readonly steps: readonly Site[]; readonly api: string } | undefined {
    if (!this.untimed.reach(handler, BOUNDS.callsInHandlerInFile)) return undefined;
    const folder = folderOf(handler.file);
    for (let calls = 0; calls <= BOUNDS.callsInHandlerInFile; calls++)
      for (const { tail, effect, api } of this.untimed.tails(handler, calls, [], folder)) {
        const object = effect.args[api.arg ?? -1];
        const needed = object && this.completions.neededBy(object, tail.at(-1)?.fn ?? handler, key);
        if (needed === undefined || needed.by === handler) continue;
        if (this.context.proofs.arrive(tail).length > 0) return { needed, steps: tail, api: api.name };
      }
    return undefined;
  }

  /** A path on which a handler waits for the readers of the domain `key`. */
  private readersAwaited(
    handler: FunctionRef,
    key: string,
  ): { readonly object: Term; readonly steps: readonly Site[]; readonly api: string } | undefined {
    const { classes } = this.context.around;
    if (!this.forReaders.reach(handler, BOUNDS.callsInWaitChain)) return undefined;
    for (let calls = 0; calls <= BOUNDS.callsInWaitChain; calls++)
      for (const { tail, api } of this.forReaders.tails(handler, calls, [])) {
        const file = tail.at(-1)?.fn.file ?? handler.file;
        for (const { args } of this.context.proofs.arrive(tail)) {
          const domain = args[api.arg ?? -1];
          const found = domain && classes.classOf(deref(domain), 'srcu', 0, file);
          if (domain !== undefined && found !== undefined && 'key' in found && found.key === key)
            return { object: domain, steps: tail, api: api.name };
        }
      }
    return undefined;
  }

  private byReaders(handler: FunctionRef, key: string, holds: HeldLock): Chain | undefined {
    const found = this.readersAwaited(handler, key);
    if (found === undefined) return undefined;
    const { classes } = this.context.around;
    const domain = shown(classes, key);
    return {
      text: `waits for all readers of ${domain} with ${found.api}()`,
      story: tellChain(classes, found.steps, `waits for all readers of ${domain}`, 1),
      isVariable: [found.object, holds.term].every((term) => rootOf(term).k === 'global'),
      isOfMany: false,
    };
  }

  private byCompletion(handler: FunctionRef, key: string, holds: HeldLock): Chain | undefined {
    const found = holds.mode === 'read' ? undefined : this.completedUnder(handler, key);
    if (found === undefined) return undefined;
    const { needed, steps, api } = found;
    const { classes } = this.context.around;
    const [what, lock] = [shown(classes, needed.what), shown(classes, key)];
    return {
      text: `waits for ${what} with ${api}(), which ${needed.by.name}() completes only after it takes ${lock}`,
      story: [
        ...tellChain(classes, steps, `waits for ${what}`, 1),
        { path: 2, ...locationOf(needed.from), text: `takes ${lock}`, held: [] },
        { path: 2, ...locationOf(needed.at), text: `only then completes ${what}`, held: [] },
      ],
      isVariable: [needed.lock, holds.term].every((term) => rootOf(term).k === 'global'),
      isOfMany: false,
    };
  }
}

function isGlobal({ term }: LockRef): boolean {
  return rootOf(term).k === 'global';
}

function isCertain({ holds, lock, learned }: Dependency): boolean {
  return holds.certain && learned === 0 && !(holds.mode === 'read' && lock.mode === 'read');
}

/** Whether both sides hold a common lock that excludes one of them. */
function isGated(side: Dependency, held: readonly HeldLock[]): boolean {
  const keys = new Set(held.map(keyOf));
  return side.held.some((one) => {
    const key = keyOf(one);
    return key !== undefined && key !== side.to && keys.has(key);
  });
}
