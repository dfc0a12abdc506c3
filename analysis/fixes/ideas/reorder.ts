import { absolute } from '../../base/span.js';
import type { Finding, FixRefusal } from '../../checks/types.js';
import { shortName, waitRank, whySide, type Side } from '../../graph/orders/side.js';
import type { ChainStep, EdgeWitness, LockClass } from '../../graph/events/types.js';
import { aKind } from '../../models/kind-text.js';
import { lockCallAt, shownCall, type LockCall } from '../text/calls.js';
import { type FunctionCode } from '../text/code.js';
import { overlap, toFileEdits, type TextEdit } from '../text/edits.js';
import { planExchange, planScopes } from '../moves/exchange.js';
import { acquisitionOf } from '../text/forms.js';
import { hasDirective } from '../text/layout.js';
import { planHoist, type HoistPlan } from '../moves/hoist/plan.js';
import { planMove } from '../moves/move.js';
import { kindsForbid, scopeOf, type Pair, type Plan } from '../text/pair.js';
import { openFunction } from '../text/source.js';
import { unstable } from '../moves/stable.js';
import type { FixInput, FixOutcome, ProposedFix, Region } from '../types.js';
import { eventsOf } from '../../skeleton/lowering/events.js';

export const REORDER = 'reorder';
export const HOIST = 'hoist';
/** Judged apart: the order is wrong for what the locks are, whatever other functions do. */
export const SLEEPING_FIRST = 'sleeping-first';

/**
 * Proposes to reverse the wrong dependency of a lock-order cycle: in every function that takes the two locks in the
 * wrong order, the second acquisition moves before the first. Returns one set of edits for all of them, or none with
 * the reasons. The result is only text and must be verified.
 */
export function proposeReorder(input: FixInput): FixOutcome {
  const side = wrongSide(input);
  if (typeof side === 'string') return refused([side]);
  const { from, to } = side;
  const reasons: string[] = [];
  const plans = new Map<string, Plan[]>();
  let widened: string | undefined;
  for (const places of distinct(side.witnesses)) {
    const swapped = planWitness(input, from, to, places);
    const hoisted = typeof swapped === 'string' ? planAbove(input, from, to, places) : undefined;
    const plan = typeof hoisted === 'object' ? hoisted : swapped;
    if (typeof hoisted === 'object') ({ widened } = hoisted);
    if (typeof plan === 'string') reasons.push(plan, ...(typeof hoisted === 'string' ? [hoisted] : []));
    else plans.set(places.file, [...(plans.get(places.file) ?? []), plan]);
  }
  if (reasons.length > 0) return refused(reasons);

  const edits = [];
  const regions: Region[] = [];
  for (const [file, ofFile] of [...plans].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const whole = input.textOf(file);
    const changes: TextEdit[] = ofFile.flatMap((plan) => plan.edits);
    if (whole === undefined || overlap(changes)) return refused([`the edits in ${file} would overlap`]);
    edits.push(...toFileEdits(file, whole, changes));
    regions.push(...ofFile.flatMap((plan) => plan.regions.map((region) => ({ file, ...region }))));
  }
  const short = [shortName(to.id), shortName(from.id)];
  const [first, second] = short[0] === short[1] ? [to.id, from.id] : short;
  const title = `Take ${first} before ${second}, ${side.why}`;
  const kind = widened === undefined ? REORDER : HOIST;
  const held = widened === undefined ? {} : { widened };
  const fix: ProposedFix = { title, kind, verified: false, edits, regions, ...held };
  return { fixes: [fix], refusals: [] };
}

/** Plans to take the second lock in front of the statement that takes the first. */
function planAbove(
  input: FixInput,
  from: LockClass,
  to: LockClass,
  { file, witness: { holds, chain } }: Places,
): HoistPlan | string | undefined {
  const [taken] = holds;
  const [takes, ...below] = chain;
  if (!taken || !takes || below.length > 0 || takes.at.file !== file || takes.function !== taken.function)
    return undefined;
  const code = openFunction(input, file, taken.at);
  return typeof code === 'string' ? undefined : planHoist({ input, code, from, to, holds, takes });
}

function refused(reasons: readonly string[], kind = REORDER): FixOutcome {
  const refusals: FixRefusal[] = [...new Set(reasons)].map((reason) => ({ kind, reason }));
  return { fixes: [], refusals };
}

interface WrongSide extends Side {
  readonly why: string;
}

/**
 * The dependency of the finding's cycle to reverse, with its witnesses, or the reason why there is none. A finding
 * lists its classes in the order of the cycle, and is reported where the first is taken while the last is held.
 */
function wrongSide({ finding, analysis, facts }: FixInput): WrongSide | string {
  const { graph } = analysis;
  const classes: LockClass[] = [];
  for (const id of finding.locks) {
    const found = [...graph.classes.values()].find((lock) => lock.id === id);
    if (!found) return `the lock class ${id} is not known`;
    classes.push(found);
  }
  const [first] = classes;
  if (!first || classes.length < 2 || new Set(classes.map((lock) => lock.key)).size < classes.length) {
    return `the source does not show which of two instances of ${first?.id ?? 'a class'} comes first`;
  }
  const sides = classes.map((from, at): Side => {
    const to = classes[(at + 1) % classes.length] ?? first;
    const edges = graph.edgesFrom(from.key).filter((edge) => edge.to === to.key && !edge.trylock);
    const witnesses = edges.flatMap((edge) => edge.witnesses);
    // The graph covers one function and one call below; a finding may reach deeper.
    const told = (at + 1) % classes.length;
    return { from, to, witnesses: witnesses.length > 0 ? witnesses : storyOf(finding, told) };
  });
  const wrong = sides.length - 1;
  const side = sides[wrong];
  if (!side || side.witnesses.length === 0) return `the path to the acquisition of ${first.id} is not known`;
  return { ...side, why: whySide(sides, wrong, facts) };
}

/** One side of a finding, read from its story. */
function storyOf({ story }: Finding, path: number): EdgeWitness[] {
  const steps = story
    .filter((step) => step.path === path)
    .map((step): ChainStep => ({ at: step, function: step.function, text: step.text }));
  const [holds, ...chain] = steps;
  return holds && chain.length > 0
    ? [{ id: '', holds: [holds], chain, confidence: 'high', condition: '' }]
    : [];
}

interface Places {
  readonly file: string;
  readonly witness: EdgeWitness;
}

/** One witness per pair of places. */
function distinct(witnesses: readonly EdgeWitness[]): Places[] {
  const found = new Map<string, Places>();
  for (const witness of witnesses) {
    const file = witness.holds[0]?.at.file ?? '';
    const key = [...witness.holds, ...witness.chain]
      .map(({ at }) => `${at.file}:${at.line}:${at.column}`)
      .join(' ');
    if (!found.has(key)) found.set(key, { file, witness });
  }
  return [...found.values()];
}

function planWitness(
  input: FixInput,
  from: LockClass,
  to: LockClass,
  { file, witness }: Places,
): Plan | string {
  const holds = witness.holds[0];
  const takes = witness.chain[0];
  if (!holds || !takes) return `the path that takes ${to.id} under ${from.id} is not known`;
  const name = `${takes.function}()`;
  if (takes.at.file !== file || takes.function !== holds.function) {
    return `${from.id} and ${to.id} are taken in different functions, ${holds.function}() and ${name}`;
  }
  const refusal = (reason: string): string => `${reason} (${name}, ${file}:${takes.at.line})`;
  const code = openFunction(input, file, holds.at);
  if (typeof code === 'string') return refusal(code);
  const outer = lockCallAt(code, input.models, holds.at);
  const inner = lockCallAt(code, input.models, takes.at);
  if (!outer || witness.holds.length > (outer.form === 'helper' ? 2 : 1)) {
    return refusal(hidden(name, from, witness.holds));
  }
  if (!inner || witness.chain.length > (inner.form === 'helper' ? 2 : 1)) {
    return refusal(hidden(name, to, witness.chain));
  }
  const plan = planPair({
    code,
    program: input.program,
    models: input.models,
    outer,
    inner,
    outerId: from.id,
    innerId: to.id,
    scope: code.body,
  });
  return typeof plan === 'string' ? refusal(plan) : plan;
}

/** Why the last acquisition of these steps cannot be moved. */
function hidden(name: string, lock: LockClass, steps: readonly ChainStep[]): string {
  const callee = steps[1]?.function;
  return callee === undefined
    ? `${lock.id} is not taken by a plain call`
    : `${name} takes ${lock.id} inside ${callee}(), which does more than that`;
}

/** Proposes to take a sleeping lock before the spinning one it is taken under, in the function of the finding. */
export function planUnderSpinning(input: FixInput): FixOutcome {
  const [holds, takes, ...more] = input.finding.story;
  if (!holds || !takes || more.length > 0 || holds.file !== takes.file || holds.function !== takes.function)
    return refused(['the two locks are not taken in one function'], SLEEPING_FIRST);
  const code = openFunction(input, takes.file, takes);
  if (typeof code === 'string') return refused([code], SLEEPING_FIRST);
  const outer = lockCallAt(code, input.models, holds);
  const inner = lockCallAt(code, input.models, takes);
  if (!outer || !inner) return refused(['one of the locks is not taken by a plain call'], SLEEPING_FIRST);
  const [outerId, innerId] = [outer, inner].map((call) => classAt(input, code, call));
  if (outerId === undefined || innerId === undefined)
    return refused(['which locks are taken is not known'], SLEEPING_FIRST);
  const { program, models } = input;
  const plan = planPair({ code, program, models, outer, inner, outerId, innerId, scope: code.body });
  if (typeof plan === 'string') return refused([plan], SLEEPING_FIRST);
  if (overlap(plan.edits)) return refused([`the edits in ${code.file} would overlap`], SLEEPING_FIRST);
  const fix: ProposedFix = {
    title: `Take ${shortName(innerId)} before ${shortName(outerId)}, since ${aKind(inner.api.kind)} must not be taken under ${aKind(outer.api.kind)}`,
    kind: SLEEPING_FIRST,
    verified: false,
    edits: toFileEdits(code.file, code.text, plan.edits),
    regions: plan.regions.map((region) => ({ file: code.file, ...region })),
  };
  return { fixes: [fix], refusals: [] };
}

/** The class, as shown, of the lock that a call takes. */
function classAt({ program, analysis }: FixInput, code: FunctionCode, call: LockCall): string | undefined {
  const index = program.outline(code.file)?.functions.indexOf(code.item) ?? -1;
  const fn = index < 0 ? undefined : program.functionAt(code.file, index);
  const lockOf = fn && analysis.summary(fn)?.lockOf;
  const lines = code.lines;
  for (const event of eventsOf(fn && program.skeleton(fn))) {
    const { line, column } = absolute(event.at, fn?.line ?? 1);
    if (lines.offsetOf(line, column) !== call.node.start) continue;
    const key = lockOf?.get(event.id);
    if (key !== undefined) return analysis.graph.classes.get(key)?.id;
  }
  return undefined;
}

function planPair(pair: Pair): Plan | string {
  const { code, models } = pair;
  // The section may be there for what the call does: a flag is cleared with the work that it asks for.
  if (pair.inner.api.op === 'transient') return `${pair.inner.api.name}() would run without ${pair.outerId}`;
  const kinds = kindsForbid(pair);
  if (kinds !== undefined) return kinds;
  const reason = unstable(pair);
  if (reason !== undefined) return reason;
  if (pair.outer.form === 'scoped') return planScopes(pair);

  const outer = acquisitionOf(code, models, pair.outer);
  if (typeof outer === 'string') return outer;
  const inner = acquisitionOf(code, models, pair.inner);
  if (typeof inner === 'string') return inner;
  if (inner.labelled) return `a jump leads to the label before ${shownCall(code, pair.inner)}`;
  const shown = [pair.outer, pair.inner].map((call) => shownCall(code, call));
  if (outer.list !== inner.list) return `${shown.join(' and ')} are not in the same block`;
  if (outer.last.end > inner.first.start) {
    return `${pair.outerId} is held from an earlier iteration when ${pair.innerId} is taken`;
  }
  if (hasDirective(code.text, outer.first.start, inner.last.end)) {
    return `a preprocessor line stands between the acquisitions`;
  }
  const scoped = { ...pair, scope: scopeOf(pair, outer.list) };
  // A lock that saves interrupts stays outermost, unless the other one sleeps.
  const { api } = pair.outer;
  const switches = api.irq !== undefined || (api.bh === true && pair.inner.api.bh !== true);
  const sleeps = waitRank(pair.inner.api.kind) === 2;
  return switches && !sleeps ? planExchange(scoped, outer, inner) : planMove(scoped, outer, inner);
}
