import { BOUNDS } from '../../base/bounds.js';
import type { Confidence } from '../../base/confidence.js';
import type { Progress } from '../../base/progress.js';
import type { Location } from '../../base/span.js';
import type { Site } from '../../summaries/state/types.js';
import { keyOf } from '../../graph/events/collect.js';
import type { Dependency } from '../../graph/edges/dependency.js';
import { cycleJudge } from '../rules/lock-order-cycle/lock-order-cycle.js';
import type { CheckContext } from './check.js';
import { locationOf, shown } from '../story/story.js';

/** One path that was tried. */
interface Attempt {
  /** Calls from the root, then the acquisition. */
  readonly steps: readonly Site[];
  readonly proven?: Dependency;
  /** The step at which the path ends. */
  readonly refused?: { readonly why: keyof typeof REFUSALS; readonly at: number };
}

const REFUSALS = {
  'no-path': 'no path leads here: the conditions on it contradict one another, or take too long to follow',
  'not-held': 'the first lock is no longer held when the second is taken',
  'other-lock': 'another lock is taken here',
};

export interface WhyStep {
  readonly at: Location;
  readonly function: string;
  readonly text: string;
}

/** One path to an acquisition while another lock is held. */
export interface WhyWay {
  /** The acquisition of the first lock, then the calls to the second. */
  readonly steps: readonly WhyStep[];
  /** Why the path is infeasible; absent if it is feasible. */
  readonly refused?: WhyReason;
}

export interface WhyReason {
  readonly reason: string;
  readonly text: string;
  readonly limit?: Confidence;
  readonly at?: Location;
}

/** One order of two locks. */
export interface WhyOrder {
  /** Display names of the classes. */
  readonly from: string;
  readonly to: string;
  readonly ways: readonly WhyWay[];
}

/** The orders of two locks, and the conclusion. */
export interface Why {
  readonly order: WhyOrder;
  readonly reverse: WhyOrder;
  /** `one-order` and `no-order`: nothing could form a cycle. */
  readonly verdict: 'cycle' | 'excluded' | 'no-order' | 'one-order';
  /** For a cycle only. */
  readonly confidence?: Confidence;
  /** For a cycle, the assumptions it rests on; otherwise everything that rules it out, each once. */
  readonly reasons: readonly WhyReason[];
}

/** Reports whether two classes, by key, are acquired in both orders, and what speaks against a cycle. */
export function* whyOrders(context: CheckContext, from: string, to: string): Generator<Progress, Why> {
  const forward = yield* attempts(context, from, to);
  const backward = yield* attempts(context, to, from);
  const order = tellOrder(context, from, to, forward);
  const reverse = tellOrder(context, to, from, backward);
  const [one, other] = [provenIn(forward), provenIn(backward)];
  if (one.length === 0 || other.length === 0) {
    const verdict = one.length + other.length === 0 ? 'no-order' : 'one-order';
    const missing = one.length === 0 ? order : reverse;
    const text = `no code was found that takes ${missing.to} while holding ${missing.from}`;
    const refused = [...order.ways, ...reverse.ways].flatMap((way) => way.refused ?? []);
    return { order, reverse, verdict, reasons: once([{ reason: 'no-order', text }, ...refused]) };
  }
  return { order, reverse, ...judged(context, one, other) };
}

function judged(
  context: CheckContext,
  one: readonly Dependency[],
  other: readonly Dependency[],
): Pick<Why, 'verdict' | 'confidence' | 'reasons'> {
  const judge = cycleJudge(context);
  const against: WhyReason[] = [];
  const rank = { high: 2, medium: 1, low: 0 };
  let best: { readonly confidence: Confidence; readonly reasons: readonly WhyReason[] } | undefined;
  let pairs = 0;
  for (const a of one) {
    for (const b of other) {
      if (++pairs > BOUNDS.pairsOfWhy) break;
      const verdict = judge.judge([a, b]);
      if ('excluded' in verdict)
        against.push({
          reason: 'excluded',
          text: verdict.excluded,
          ...(verdict.at && { at: locationOf(verdict.at) }),
        });
      else if (best === undefined || rank[verdict.confidence] > rank[best.confidence]) best = verdict;
    }
  }
  if (best === undefined) return { verdict: 'excluded', reasons: once(against) };
  const reasons = best.reasons.map(({ reason, text, limit }) => ({ reason, text, ...(limit && { limit }) }));
  return { verdict: 'cycle', confidence: best.confidence, reasons: once(reasons) };
}

function* attempts(context: CheckContext, from: string, to: string): Generator<Progress, readonly Attempt[]> {
  const all: Attempt[] = [];
  for (const way of context.finder.ways(from, to)) {
    all.push(way.proven === undefined ? { ...way, refused: refusal(context, to, way.steps) } : way);
    yield { stage: 'replay', done: all.length, total: 0 };
    if (all.length >= BOUNDS.pathsTriedByWhy || provenIn(all).length >= BOUNDS.pathsOfWhy) break;
  }
  return all;
}

function refusal(
  { proofs }: CheckContext,
  to: string,
  steps: readonly Site[],
): NonNullable<Attempt['refused']> {
  const last = steps.length - 1;
  for (let at = 0; at < last; at++)
    if (!proofs.comesTo(steps.slice(0, at + 1))) return { why: 'no-path', at };
  const ends = proofs.replay(steps);
  if (ends.length === 0) return { why: 'no-path', at: last };
  return { why: ends.some(({ lock }) => keyOf(lock) === to) ? 'not-held' : 'other-lock', at: last };
}

function provenIn(all: readonly Attempt[]): readonly Dependency[] {
  return all.flatMap(({ proven }) => proven ?? []);
}

/** The feasible paths, and one infeasible path for each place where such a path ends. */
function tellOrder(context: CheckContext, from: string, to: string, all: readonly Attempt[]): WhyOrder {
  const { classes } = context.around;
  const names = { from: shown(classes, from), to: shown(classes, to) };
  const ways: WhyWay[] = [];
  const ends = new Set<string>();
  for (const attempt of all) {
    const { steps, proven, refused } = attempt;
    const end = refused && steps[refused.at];
    if (end !== undefined) {
      const place = `${end.fn.id} ${end.event} ${refused?.why ?? ''}`;
      if (ends.has(place)) continue;
      ends.add(place);
    }
    const held = proven === undefined ? [] : tell(proven.holdSteps, `takes ${names.from}`);
    const way = [...held, ...tell(steps, `takes ${names.to}`)];
    const reason = refused &&
      end && { reason: refused.why, text: REFUSALS[refused.why], at: locationOf(end) };
    ways.push({ steps: way, ...(reason && { refused: reason }) });
    if (ways.length >= BOUNDS.pathsOfWhy) break;
  }
  return { ...names, ways };
}

function tell(steps: readonly Site[], last: string): readonly WhyStep[] {
  return steps.map((site, i) => {
    const next = steps[i + 1];
    const { function: name, ...at } = locationOf(site);
    return { at, function: name, text: next === undefined ? last : `calls ${next.fn.name}()` };
  });
}

function once(reasons: readonly WhyReason[]): readonly WhyReason[] {
  const known = new Map<string, WhyReason>();
  for (const reason of reasons) {
    const { file = '', line = 0, column = 0 } = reason.at ?? {};
    const id = `${reason.text} ${file}:${line}:${column}`;
    if (!known.has(id)) known.set(id, reason);
  }
  return [...known.values()];
}
