import { BOUNDS } from '../../../base/bounds.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import { folderOf } from '../../../base/paths.js';
import type { CoarseGraph } from '../../../graph/edges/candidates.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import type { Feasibility } from '../../../graph/feasibility/feasibility.js';
import type { Reason } from '../../../graph/feasibility/verdicts.js';
import { assumptions } from '../../story/assumptions.js';
import { tellChain } from '../../story/chain.js';
import { cycleId } from '../../story/cycle-id.js';
import {
  locationOf,
  shown,
  siteNames,
  spoken,
  squiggle,
  tellDependency,
  tellEntry,
  witnessId,
} from '../../story/story.js';
import type { CheckContext } from '../../engine/check.js';
import type { Turns } from '../../engine/turns.js';
import type { Finding, Progress } from '../../types.js';
import type { Called } from './called-under.js';
import { entryItem, isAtHome, type EntrySearch } from './entry-orders.js';
import { ofCycle } from './pair-clauses.js';

/**
 * Reports cycles of three classes of which a registry holds the first while it calls back: the callback takes a second
 * lock, under which other code takes a third, under which other code takes the first. Only a first lock of one instance,
 * and only locks and code of the callback's folder: the more parties, the more has to fit.
 */
export function* longerOrdersAtEntry(
  context: CheckContext,
  turns: Turns,
  search: EntrySearch,
  feasibility: Feasibility,
  graph: CoarseGraph,
): Generator<Progress, readonly Finding[]> {
  const found = new Map<string, Finding>();
  const tools: CycleTools = { context, search, feasibility };
  for (const called of search.called) {
    const { fn, key, takenBy, mode } = called;
    if (takenBy !== undefined || mode === 'read') continue;
    const home = folderOf(fn.file);
    for (const second of ownClasses(
      context,
      context.acquiredWithin.classes(fn, BOUNDS.callsInHandler),
      home,
    )) {
      if (second === key || graph.from(second).has(key)) continue;
      for (const third of ownClasses(context, graph.from(second), home)) {
        if (third === key || third === second || !graph.from(third).has(key)) continue;
        if (!turns.has(entryItem(fn, second, third))) continue;
        const finding = yield* closed(tools, called, second, third);
        if (finding !== undefined && found.get(finding.id)?.confidence !== 'high')
          found.set(finding.id, finding);
        yield { stage: 'replay', done: found.size, total: 0 };
      }
    }
  }
  return [...found.values()];
}

/** Those classes that a folder declares, each of which belongs to one kind of object. */
function ownClasses({ around }: CheckContext, keys: Iterable<string>, home: string): readonly string[] {
  return [...keys].sort().filter((key) => {
    const info = around.classes.info(key);
    return (
      info?.generic === false && info.declaredAt !== undefined && folderOf(info.declaredAt.file) === home
    );
  });
}

/** What finds the sides of a cycle and judges them. */
interface CycleTools {
  readonly context: CheckContext;
  readonly search: EntrySearch;
  readonly feasibility: Feasibility;
}

/** The cycle in which `second` is taken under the lock of the registry, and `third` under `second`. */
function* closed(
  { context, search, feasibility }: CycleTools,
  called: Called,
  second: string,
  third: string,
): Generator<Progress, Finding | undefined> {
  const { fn, key } = called;
  const home = folderOf(fn.file);
  const [way] = search.needs.ways(fn, second);
  if (way === undefined || way.isForLast || way.isSelected) return undefined;
  const entered = search.entered(called, second, way);
  if (entered === undefined || !isAtHome(entered, home)) return undefined;
  // The callback runs under the first lock, as whatever runs only below it does.
  const isApart = (side: Dependency): boolean =>
    side.holds.certain && isAtHome(side, home) && !search.isUnder(side.root, key, BOUNDS.callersForEntry);
  const between = (yield* context.finder.witnesses(second, third)).filter(isApart);
  const closing = (yield* context.finder.witnesses(third, key)).filter(isApart);
  let best: Finding | undefined;
  for (const middle of between) {
    for (const last of closing) {
      const verdict = feasibility.judge([last, entered, middle]);
      if ('excluded' in verdict) continue;
      const confidence = lesser(verdict.confidence, isShort([last, entered, middle]) ? 'high' : 'medium');
      if (best === undefined || confidence === 'high')
        best = report(context, called, [last, entered, middle], confidence, verdict.reasons);
      if (confidence === 'high') return best;
    }
  }
  return best;
}

/** Whether the calls are few, or one on each side within one file. */
function isShort(sides: readonly Dependency[]): boolean {
  const files = new Set(
    sides.flatMap(({ steps, holdSteps }) => [...steps, ...holdSteps].map(({ fn }) => fn.file)),
  );
  const calls = sides.reduce((sum, side) => sum + side.calls, 0);
  return calls <= BOUNDS.entryCallsHigh || (files.size === 1 && sides.every((side) => side.calls <= 1));
}

function report(
  { around: { classes } }: CheckContext,
  { entry }: Called,
  [last, entered, middle]: readonly [Dependency, Dependency, Dependency],
  confidence: Confidence,
  reasons: readonly Reason[],
): Finding {
  const cycle = [last.from, last.to, middle.from];
  const [inner, outer] = [spoken(classes, last.from, last.to), spoken(classes, last.to, last.from)];
  const names = cycle.map((key) => shown(classes, key));
  const [first = ''] = names;
  return {
    id: cycleId(cycle),
    rule: 'lock-order-cycle',
    severity: 'error',
    confidence,
    message: ofCycle(`takes ${outer} while holding ${inner}`, names),
    at: locationOf(squiggle(last)),
    locks: [...names.slice(1), first],
    story: [
      ...tellDependency(classes, last, 0),
      tellEntry(entry, 1, outer),
      ...tellChain(
        classes,
        entered.steps,
        { text: `takes ${spoken(classes, entered.to)}`, takes: { lock: shown(classes, entered.to) } },
        1,
      ),
      ...tellDependency(classes, middle, 2),
    ],
    assumes: assumptions(reasons),
    witnesses: [last, entered, middle].map((side) =>
      witnessId([
        'longer-entry-order',
        side.from,
        side.to,
        ...siteNames(side.holdSteps),
        ...siteNames(side.steps),
      ]),
    ),
    evidence: [],
    fixes: [],
  };
}
