import { BOUNDS } from '../../base/bounds.js';
import type { Confidence } from '../../base/confidence.js';
import type { Progress } from '../../base/progress.js';
import type { Location } from '../../base/span.js';
import type { Site } from '../../effects/types.js';
import { keyOf } from '../../graph/collect.js';
import type { Dependency } from '../../graph/dependency.js';
import { cycleJudge } from '../rules/lock-order-cycle/lock-order-cycle.js';
import type { CheckContext } from './check.js';
import { locationOf, shown } from '../story/story.js';

/** One way that was tried. */
interface Attempt {
  /** Calls from the root, then the acquisition. */
  readonly steps: readonly Site[];
  readonly proven?: Dependency;
  /** Where it ends, as a place among the steps. */
  readonly refused?: { readonly why: keyof typeof REFUSALS; readonly at: number };
}

const REFUSALS = {
  'no-path': 'no path gets here: conditions on the way contradict one another, or take too long to follow',
  'not-held': 'the first lock is not held any more when the second is taken',
  'other-lock': 'it is another lock that is taken here',
};

export interface WhyStep {
  readonly at: Location;
  readonly function: string;
  readonly text: string;
}

/** One way to take a lock while another is held. */
export interface WhyWay {
  /** How the first lock is taken, then the calls to the second. */
  readonly steps: readonly WhyStep[];
  /** Why nothing goes this way; absent where something does. */
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
  /** What people call the classes. */
  readonly from: string;
  readonly to: string;
  readonly ways: readonly WhyWay[];
}

/** What is known of the orders of two locks, and what that comes to. */
export interface Why {
  readonly order: WhyOrder;
  readonly reverse: WhyOrder;
  /** `one-order` and `no-order`: there is nothing that could form a cycle. */
  readonly verdict: 'cycle' | 'excluded' | 'no-order' | 'one-order';
  /** Of a cycle. */
  readonly confidence?: Confidence;
  /** Of a cycle what it hangs on, else everything that rules it out, each told once. */
  readonly reasons: readonly WhyReason[];
}

/** Tells of two classes, by key, whether they are taken in both orders and what speaks against a cycle. */
export function* whyOrders(context: CheckContext, from: string, to: string): Generator<Progress, Why> {
  const forward = yield* attempts(context, from, to);
  const backward = yield* attempts(context, to, from);
  const order = tellOrder(context, from, to, forward);
  const reverse = tellOrder(context, to, from, backward);
  const [one, other] = [provenIn(forward), provenIn(backward)];
  if (one.length === 0 || other.length === 0) {
    const verdict = one.length + other.length === 0 ? 'no-order' : 'one-order';
    const missing = one.length === 0 ? order : reverse;
    const text = `nothing is found that takes ${missing.to} while it holds ${missing.from}`;
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

/** The ways that are proven, and of the others one for each place at which they end. */
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
