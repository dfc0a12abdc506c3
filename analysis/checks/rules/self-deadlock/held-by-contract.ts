import { BOUNDS } from '../../../base/bounds.js';
import { hashText } from '../../../base/hash.js';
import type { KnownCallers } from '../../../graph/sight/callers.js';
import { conditionalBelow } from '../../../graph/edges/call-steps.js';
import { keyOf } from '../../../graph/events/collect.js';
import { HandlerNeeds, type HandlerPath } from '../../../graph/waits/handler-needs.js';
import type { FunctionRef } from '../../../link/types.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import { ASSERTED_AS } from '../../../models/asserted.js';
import type { Models } from '../../../models/types.js';
import { canFollow, isOnEveryPath } from '../../../skeleton/lowering/block-paths.js';
import type { Skeleton } from '../../../skeleton/types.js';
import { isOlder, someTerm } from '../../../summaries/locks/terms.js';
import { everyExit } from '../../../summaries/solver/exits.js';
import type {
  ExitEffect,
  FunctionSummary,
  LockRef,
  Lockset,
  LockUse,
  Site,
} from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import { tellChain } from '../../story/chain.js';
import { locationOf, shown, siteNames, spoken, witnessId } from '../../story/story.js';
import { isFar } from '../lock-order-cycle/entry-orders.js';
import { assertionsIn } from '../annotation-mismatch/assertions.js';
import type { Turns } from '../../engine/turns.js';
import type { Finding, Progress } from '../../types.js';
import { isSameByOwner } from './same-by-owner.js';
import { leadsOn } from '../unbalanced-unlock/second-release.js';

/** A release, or an assertion, by which a function shows that its caller holds the lock. */
type Contract = LockUse;

/**
 * Finds functions that take a lock which their caller holds, as they say themselves: they assert it in front of that, or
 * release the lock for the caller behind it. No caller in sight needs to hold it.
 */
export class HeldByContract {
  private readonly needs: HandlerNeeds;

  constructor(
    private readonly context: CheckContext,
    private readonly callers: KnownCallers,
  ) {
    this.needs = new HandlerNeeds(context.around, context.acquiredWithin, context.proofs);
  }

  /** Demands functions that only assert a lock, if they call others that lock: nothing else asks for them. */
  *demand(turns: Turns): Generator<Progress, void> {
    const { focus, collected } = this.context;
    const { program, summaries } = collected;
    const total = summaries.size;
    for (const _ of program.facts.prepare(assertionsIn)) yield { stage: 'check', done: 0, total };
    for (const [file, { functions }] of program.facts.of(assertionsIn)) {
      if (focus?.has(file) === false || !turns.has(file)) continue;
      for (const index of functions) {
        const fn = program.functionAt(file, index);
        if (fn === undefined || summaries.has(fn)) continue;
        if (program.callees(fn).some((callee) => summaries.has(callee))) program.demand(fn, 'path');
      }
      yield { stage: 'check', done: 0, total };
    }
  }

  in(summary: FunctionSummary): readonly Finding[] {
    const { around, acquiredWithin } = this.context;
    const { fn } = summary;
    const found: Finding[] = [];
    const told = new Set<string>();
    for (const contract of contractsOf(around.models, summary)) {
      const key = keyOf(contract.lock);
      if (
        key === undefined ||
        told.has(key) ||
        !acquiredWithin.classes(fn, BOUNDS.callsInHandlerInFile).has(key)
      )
        continue;
      const skeleton = around.program.skeleton(fn);
      if (skeleton === undefined || this.isFoundAtCaller(fn, key)) continue;
      const way = this.needs
        .ways(fn, key)
        .find(
          (one) =>
            isSame(this.context, contract, one) &&
            meets(skeleton, contract, one) &&
            this.arrives(one, contract),
        );
      if (way === undefined || way.steps.some((step) => this.mayBeReleased(step, key))) continue;
      told.add(key);
      found.push(this.report(fn, key, contract, way));
    }
    return found;
  }

  /** Whether a caller in sight holds a lock of the class: the search from its acquisition finds the same. */
  private isFoundAtCaller(fn: FunctionRef, key: string): boolean {
    return this.callers
      .seen(fn)
      .some(({ locksets }) => locksets.some(({ held }) => held.some((lock) => keyOf(lock) === key)));
  }

  /** Whether a path takes the lock before it releases the caller's. */
  private arrives({ steps, lock }: HandlerPath, contract: Contract): boolean {
    const isMeant = ({ term }: { readonly term: LockUse['lock']['term'] }): boolean =>
      term.key === contract.lock.term.key;
    return this.context.proofs
      .replay(steps)
      .some((one) => one.lock.term.key === lock.term.key && ![...one.released, ...one.held].some(isMeant));
  }

  /**
   * Whether the function of a step may release a lock of the class for its caller before, the caller's by another name; or
   * what it calls there may keep one, which the function then releases.
   */
  private mayBeReleased({ fn, event }: Site, key: string): boolean {
    const { around } = this.context;
    const summary = around.summaryOf(fn);
    const skeleton = around.program.skeleton(fn);
    if (summary === undefined || skeleton === undefined) return true;
    const isBefore = (site: Site): boolean => site.event !== event && canFollow(skeleton, site.event, event);
    const isOfClass = (lock: LockRef): boolean => keyOf(lock) === key;
    const isKept = ({ acquired }: ExitEffect): boolean => acquired.some(isOfClass);
    return (
      summary.uses.some(
        ({ k, ended, lock, site }) => k === 'release' && ended !== 'own' && isOfClass(lock) && isBefore(site),
      ) ||
      summary.calls.some(
        ({ targets, site }) =>
          (isBefore(site) &&
            targets.some((target) =>
              everyExit(around.summaryOf(target)).some(({ released }) => released.some(isOfClass)),
            )) ||
          (site.event === event &&
            targets.some((target) => around.summaryOf(target)?.rawExits.some(isKept) === true)),
      )
    );
  }

  private report(fn: FunctionRef, key: string, contract: Contract, way: HandlerPath): Finding {
    const { classes, program } = this.context.around;
    const name = spoken(classes, key);
    const isAsserted = contract.k === 'assert-held';
    const doubts = [
      way.isForLast,
      way.isSelected,
      isFar(way),
      conditionalBelow(program, way.steps) > 0,
    ].filter(Boolean);
    const [first] = way.steps;
    const says = isAsserted ? `asserts that ${name} is held` : `releases ${name} for its caller`;
    const said = { path: 0, ...locationOf(contract.site), text: says, held: [] };
    const chain = tellChain(classes, way.steps, `takes ${name} again`, 0);
    return {
      id: hashText(`self-deadlock\n${key}\ncontract\n${fn.file}\n${fn.name}`),
      rule: 'self-deadlock',
      severity: 'error',
      confidence: doubts.length > 1 ? 'low' : doubts.length === 1 ? 'medium' : 'high',
      message: isAsserted
        ? `takes ${name} again: ${fn.name}() asserts that its caller holds it`
        : `takes ${name} again: ${fn.name}() goes on to release it for its caller`,
      at: locationOf(first ?? contract.site),
      locks: [shown(classes, key)],
      story: isAsserted ? [said, ...chain] : [...chain, said],
      assumes: [],
      witnesses: [witnessId(['contract-again', key, ...siteNames(way.steps)])],
      evidence: [],
      fixes: [],
    };
  }
}

/** What a function itself says of locks that its callers hold, on whichever path. */
function contractsOf(models: Models, { uses }: FunctionSummary): readonly Contract[] {
  return uses.filter(
    ({ k, api, ended, uniform, lock, site, locksets }) =>
      // What annotations declare is compared with the code by a rule of its own.
      ((k === 'assert-held' && !ASSERTED_AS.has(api) && models.lockApi(api)?.op === 'assert-held') ||
        (k === 'release' && ended === 'foreign' && uniform)) &&
      site.via === undefined &&
      !someTerm(lock.term, isOlder) &&
      !locksets.some((lockset) => isTaken(lockset, lock.term.key)),
  );
}

function isTaken({ held, released }: Lockset, term: string): boolean {
  return [...held, ...released].some((lock) => lock.term.key === term);
}

function isSame({ around }: CheckContext, { lock, site }: Contract, { lock: taken }: HandlerPath): boolean {
  if (!OWNED_KINDS.includes(taken.kind) || (lock.mode === 'read' && taken.mode === 'read')) return false;
  const isNamed = taken.term.key === lock.term.key;
  return isNamed || isSameByOwner(around, [lock.term, taken.term], keyOf(lock) ?? '', site.fn.file);
}

/** Whether what the function says is true where it takes the lock: every path passes both. */
function meets(
  skeleton: Skeleton,
  { k, site }: Contract,
  { steps: [first, ...below] }: HandlerPath,
): boolean {
  if (first === undefined) return false;
  if (k === 'assert-held') return isOnEveryPath(skeleton, site.event, first.event);
  // Within one function, it is the second release that is wrong.
  return below.length > 0 && leadsOn(skeleton, first.event, site.event);
}
