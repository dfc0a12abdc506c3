import { BOUNDS } from '../../../base/bounds.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import { hashText } from '../../../base/hash.js';
import { runToEnd } from '../../../base/progress.js';
import { rootOf } from '../../../summaries/locks/terms.js';
import type { OutsideEntry } from '../../../graph/contexts/contexts.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { HandlerNeeds, type HandlerPath } from '../../../graph/waits/handler-needs.js';
import type { FunctionRef } from '../../../link/types.js';
import { tellChain } from '../../story/chain.js';
import type { CheckContext } from '../../engine/check.js';
import {
  locationOf,
  shown,
  siteNames,
  spoken,
  squiggle,
  tellDependency,
  witnessId,
} from '../../story/story.js';
import type { Turns } from '../../engine/turns.js';
import type { Finding, Progress, RuleId } from '../../types.js';

/** Prefix of work items about the locks a function is entered with. */
const ENTRY = 'entry\n';
/**
 * Matches a single lock. An alternative of several locks, or a lock held for reading, does not surely exclude others.
 */
const ONE_LOCK = /^[^|()]+$/;

/** A function that its callers enter with a lock held. */
interface Called {
  readonly fn: FunctionRef;
  readonly entry: OutsideEntry;
  readonly key: string;
}

/** Functions that registries and op tables call under a lock, according to the models. */
function* calledUnderLocks({ around, collected, focus, contexts }: CheckContext): Generator<Called> {
  for (const [fn, entries] of contexts().all()) {
    if (focus?.has(fn.file) === false) continue;
    for (const entry of entries) {
      for (const name of entry.holds ?? []) {
        if (!ONE_LOCK.test(name)) continue;
        const key = around.classes.named(name, 'mutex', fn.file);
        if (collected.acquisitions(key).length > 0 || collected.sources.has(key)) yield { fn, entry, key };
      }
    }
  }
}

/** Reports functions that take a lock their callers hold. */
export function* takenAgain(context: CheckContext, turns: Turns): Generator<Progress, readonly Finding[]> {
  yield* context.prepareContexts();
  const needs = new HandlerNeeds(context.around, context.acquiredWithin, context.proofs);
  const findings: Finding[] = [];
  for (const { fn, entry, key } of calledUnderLocks(context)) {
    if (
      !context.acquiredWithin.classes(fn, BOUNDS.callsInHandler).has(key) ||
      !turns.has(`${ENTRY}${fn.id}\n${key}`)
    )
      continue;
    const [way] = needs.ways(fn, key);
    if (way !== undefined && way.lock.mode === 'write')
      findings.push(reportAgain(context, fn, entry, key, way));
    yield { stage: 'check', done: findings.length, total: 0 };
  }
  return findings;
}

/** Reports orders against the lock that a registry holds during its callback. */
export function* ordersAtEntry(context: CheckContext, turns: Turns): Generator<Progress, readonly Finding[]> {
  yield* context.prepareContexts();
  const needs = new HandlerNeeds(context.around, context.acquiredWithin, context.proofs);
  const best = new Map<string, Finding>();
  for (const { fn, entry, key } of calledUnderLocks(context)) {
    for (const other of [...context.acquiredWithin.classes(fn, BOUNDS.callsInHandler)].sort()) {
      if (other === key || !context.collected.sources.has(other)) continue;
      if (context.finder.leastCalls(other, key).calls > BOUNDS.entryCallsHigh) continue;
      if (!turns.has(`${ENTRY}${fn.id}\n${other}`)) continue;
      const finding = inverted(context, needs, { fn, entry, key }, other);
      const known = finding && best.get(finding.id);
      if (finding !== undefined && (known === undefined || known.confidence !== 'high'))
        best.set(finding.id, finding);
      yield { stage: 'replay', done: best.size, total: 0 };
    }
  }
  return [...best.values()];
}

function inverted(
  context: CheckContext,
  needs: HandlerNeeds,
  { fn, entry, key }: Called,
  other: string,
): Finding | undefined {
  const [way] = needs.ways(fn, other);
  if (way === undefined) return undefined;
  // Code below the callback already holds the caller's lock.
  const side = runToEnd(context.finder.search(other, key)).find(
    (one) => one.holds.certain && one.root !== fn && !(one.holds.mode === 'read' && way.lock.mode === 'read'),
  );
  return side && reportOrder(context, fn, entry, way, side);
}

function reportOrder(
  context: CheckContext,
  fn: FunctionRef,
  entry: OutsideEntry,
  way: HandlerPath,
  side: Dependency,
): Finding {
  const { classes } = context.around;
  const [outer, inner] = [spoken(classes, side.to, side.from), spoken(classes, side.from, side.to)];
  return {
    id: hashText(`lock-order-cycle\nentry\n${[side.from, side.to].join('\n')}`),
    rule: 'lock-order-cycle',
    severity: 'error',
    confidence: orderConfidence(context, way, side),
    message: `takes ${outer} while holding ${inner}; ${fn.name}(), which is called with ${outer} held, takes ${inner}`,
    at: locationOf(squiggle(side)),
    locks: [shown(classes, side.to), shown(classes, side.from)],
    story: [
      ...tellDependency(classes, side, 0),
      { path: 1, ...entry.at, function: entry.by, text: `${entry.text}, with ${outer} held`, held: [outer] },
      ...tellChain(classes, way.steps, `takes ${inner}`, 1),
    ],
    assumes: [{ reason: 'same-instance', text: 'the sides can meet on the same objects' }],
    witnesses: [
      witnessId(['entry-order', side.from, side.to, ...siteNames(side.steps), ...siteNames(way.steps)]),
    ],
    evidence: [],
    fixes: [],
  };
}

function orderConfidence(context: CheckContext, way: HandlerPath, side: Dependency): Confidence {
  const { classes } = context.around;
  let confidence: Confidence = 'high';
  if (side.calls + way.steps.length - 1 > BOUNDS.entryCallsHigh || side.learned > 0) confidence = 'medium';
  if (way.isForLast || classes.info(side.from)?.generic === true) confidence = 'low';
  // Certain for two global locks, and in an init or exit function, which runs for one object at a time.
  const isVariable = rootOf(way.lock.term).k === 'global' && rootOf(side.holds.term).k === 'global';
  if (!isVariable && side.root.item?.section !== '') confidence = lesser(confidence, 'medium');
  return confidence;
}

function reportAgain(
  context: CheckContext,
  fn: FunctionRef,
  entry: OutsideEntry,
  key: string,
  way: HandlerPath,
): Finding {
  const { classes } = context.around;
  const name = spoken(classes, key);
  const [first] = way.steps;
  const rule: RuleId = 'self-deadlock';
  return {
    id: hashText(`self-deadlock\n${key}\nentry\n${fn.file}\n${fn.name}`),
    rule,
    severity: 'error',
    confidence: way.steps.length > 2 || way.isForLast ? 'medium' : 'high',
    message: `takes ${name} again: ${fn.name}() is called with it held`,
    at: locationOf(first ?? { fn, event: -1, span: entry.at }),
    locks: [shown(classes, key)],
    story: [
      { path: 0, ...entry.at, function: entry.by, text: `${entry.text}, with ${name} held`, held: [name] },
      ...tellChain(classes, way.steps, `takes ${name} again`, 0),
    ],
    assumes: [],
    witnesses: [witnessId(['entry-again', key, ...siteNames(way.steps)])],
    evidence: [],
    fixes: [],
  };
}

/** Whether a work item belongs to this search. */
export function isEntryItem(item: string): boolean {
  return item.startsWith(ENTRY);
}
