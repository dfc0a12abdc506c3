import { isProcess, isSoftirq } from '../../../../graph/contexts/contexts.js';
import type { Finding } from '../../../../checks/types.js';
import { shortName, waitRank } from '../../../../graph/orders/side.js';
import type { FunctionRef } from '../../../../link/types.js';
import { lockKeys } from '../../../moves/class-calls.js';
import { quietCall } from '../../../moves/hoist/quiet.js';
import { callersOf, MOST_UP } from '../../../text/callers.js';
import { calledName, lockCall, lockCallAt, lockCalls } from '../../../text/calls.js';
import { all, walk, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { overlap, toFilesEdits, type TextEdit } from '../../../text/edits.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../../types.js';
import { LockPlan } from './lock-plan.js';

export const TO_SPINLOCK = 'to-spinlock';

/**
 * Proposes to make a mutex that atomic code takes a spinlock that keeps softirqs out, if all its sections are short and
 * nothing in them may sleep: its declaration, its initialisation and all its operations change in one edit.
 */
export function proposeSpinlock(input: FixInput): FixOutcome {
  const key = mutexOf(input, input.finding);
  if (key === undefined) return { fixes: [], refusals: [] };
  const id = input.analysis.graph.classes.get(key)?.id;
  const plans =
    id === undefined
      ? 'which mutex is taken cannot be told'
      : (takenOff(input, id, key) ?? plannedAll(input, id, key));
  if (typeof plans === 'string') return { fixes: [], refusals: [{ kind: TO_SPINLOCK, reason: plans }] };
  const edits = new Map<string, TextEdit[]>();
  for (const { plan } of plans)
    for (const [file, own] of plan.edits) edits.set(file, [...(edits.get(file) ?? []), ...own]);
  if ([...edits.values()].some(overlap))
    return { fixes: [], refusals: [{ kind: TO_SPINLOCK, reason: 'the edits would overlap' }] };
  const names = plans.map((one) => shortName(one.id));
  const fix: ProposedFix = {
    title: names.length === 1 ? `Make ${names[0]} a spinlock` : `Make ${names.join(' and ')} spinlocks`,
    kind: TO_SPINLOCK,
    verified: false,
    edits: toFilesEdits(edits, (file) => input.textOf(file)),
    regions: plans.flatMap(({ plan }) => plan.regions),
    ...(plans[0]?.plan.renamed !== undefined && { renamed: plans[0].plan.renamed }),
  };
  return { fixes: [fix], refusals: [] };
}

/** The key of the mutex that a finding ends with, empty if it is not known; `undefined` if it ends with something else. */
function mutexOf(input: FixInput, { story }: Finding): string | undefined {
  const step = story.filter(({ path }) => path === 0).at(-1);
  const code = step && openFunction(input, step.file, step);
  const took = code && typeof code !== 'string' ? lockCallAt(code, input.models, step) : undefined;
  if (!code || typeof code === 'string' || took?.api.kind !== 'mutex' || took.api.op !== 'acquire')
    return undefined;
  return lockKeys(input, code).get(took.node.start) ?? '';
}

/**
 * Why a lock that only keeps softirqs out does not fit: the path of the finding, or that of another one about the same
 * mutex, takes it with interrupts off, where bottom halves cannot be enabled.
 */
function takenOff(input: FixInput, id: string, key: string): string | undefined {
  const others = input.analysis.findings.filter(
    (one) => one.rule === input.finding.rule && mutexOf(input, one) === key,
  );
  return [input.finding, ...others].some((one) => switchesOff(input, one))
    ? `${id} is taken with interrupts off`
    : undefined;
}

/** Whether a function on the path of a finding switches interrupts off, or the lock that it holds is taken so. */
function switchesOff(input: FixInput, { story }: Finding): boolean {
  const [holds] = story.filter(({ path }) => path === 0);
  const first = holds && openFunction(input, holds.file, holds);
  const held = first && typeof first !== 'string' ? lockCallAt(first, input.models, holds) : undefined;
  if (held?.api.irq !== undefined) return true;
  return story.some((step) => {
    const code = openFunction(input, step.file, step);
    if (typeof code === 'string') return false;
    return all(code.body, 'call_expression').some(
      (call) => input.models.api(calledName(code, call))?.context === 'irq',
    );
  });
}

interface Planned {
  readonly id: string;
  readonly plan: LockPlan;
}

/** The mutex, with one that is taken under it. */
function plannedAll(input: FixInput, id: string, key: string): readonly Planned[] | string {
  const sleeping = input.analysis.inspection
    .orders(key)
    .after.filter(({ other }) => waitRank(other.kind) === 2)
    .map(({ other }) => other.id);
  const [inner, ...more] = new Set(sleeping);
  if (more.length > 0) return `${inner} and others, which sleep, are taken under ${id}`;
  const found: Planned[] = [];
  for (const one of inner === undefined ? [id] : [id, inner]) {
    const plan = planned(input, one, found.at(0)?.id);
    if (typeof plan === 'string') return plan;
    if (inner !== undefined && plan.renamed !== undefined)
      return `the name of ${one} tells that it is a mutex`;
    found.push({ id: one, plan });
  }
  return found;
}

/** @param outer the mutex that is held where this one is taken, and becomes a spinlock as well */
function planned(input: FixInput, id: string, outer: string | undefined): LockPlan | string {
  const { models } = input;
  const plan = new LockPlan(input, id, {
    type: (kind) => models.spinningType(kind),
    word: (written) => models.asSpinning(written),
    name: (present) => present.replace(/mutex|mtx/, 'lock'),
    now: 'mutex',
    none: 'a lock that spins',
    said: /\b(?:mutex|sleep)/i,
  });
  return plan.made((key) => unfit(input, id, key, outer !== undefined));
}

/** Why code that takes the mutex could not spin for it, or may hold it for long. */
function unfit(input: FixInput, id: string, key: string, isInner: boolean): string | undefined {
  const { inspection } = input.analysis;
  const takers = inspection.takers(key);
  const odd = inspection.contexts(key).find(({ context }) => {
    if (isProcess(context) || isSoftirq(context)) return false;
    return context !== 'atomic' || !takers.every((taker) => mayUseHalves(input, taker));
  });
  if (odd) return `${odd.text}, which leads to ${id}`;
  const inner = inspection.orders(key).after.find(({ other }) => waitRank(other.kind) === 2);
  if (isInner && inner) return `${inner.other.id}, which sleeps, is taken under ${id}`;
  for (const taker of takers) {
    const leaves = input.analysis.summary(taker)?.exits ?? [];
    if (leaves.some(({ held, released }) => [...held, ...released].some((one) => one.key === key)))
      return `${taker.name}() leaves ${id} held, or releases it, for its callers`;
    const reason = longIn(input, taker, id, key);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** What in the sections of a function may sleep or take long. All code from the first to the last operation counts. */
function longIn(input: FixInput, taker: FunctionRef, id: string, key: string): string | undefined {
  const { item, file, name } = taker;
  const code = item && openFunction(input, file, { file, ...item.nameSpan });
  if (code === undefined || typeof code === 'string') return `${name}() could not be analysed completely`;
  const keys = lockKeys(input, code);
  const own = lockCalls(code, input.models, code.body).filter(({ node }) => keys.get(node.start) === key);
  if (own.length === 0 || own.some(({ form }) => form === 'helper'))
    return `${name}() takes ${id} in a way that cannot be followed`;
  const from = Math.min(...own.map(({ node }) => node.start));
  const isScoped = own.some(({ form }) => form !== 'call');
  const to = isScoped ? code.body.end : Math.max(...own.map(({ node }) => node.end));
  const isInside = ({ start, end }: CodeNode): boolean => from <= start && end <= to;
  const back = jumpsBack(code);
  if (back) return `${name}() may jump back where ${id} is held`;
  const loop = [...walk(code.body)].find(
    (node) => /^(?:while|do|for)_statement$/.test(node.kind) && node.end > from && node.start < to,
  );
  if (loop) return `${name}() may loop where ${id} is held`;
  for (const call of all(code.body, 'call_expression').filter(isInside)) {
    const isGuard = input.models.scopeMacro(/^\w+/.exec(calledName(code, call))?.[0] ?? '') !== undefined;
    const api = lockCall(code, input.models, call)?.api;
    if (api?.op === 'transient' || api?.op === 'might-acquire')
      return `${calledName(code, call)}() may sleep where ${id} is held`;
    if (isGuard || api !== undefined) continue;
    const reason = quietCall(input, code, call, { lock: id, under: undefined, spins: true });
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Whether a function switches bottom halves itself, or all that call it do around the call: interrupts are on. */
function mayUseHalves(input: FixInput, fn: FunctionRef, above: readonly FunctionRef[] = []): boolean {
  const { item, file } = fn;
  const code = item && openFunction(input, file, { file, ...item.nameSpan });
  if (code === undefined || typeof code === 'string' || above.length > MOST_UP) return false;
  if (lockCalls(code, input.models, code.body).some(({ api }) => api.bh === true)) return true;
  const callers = callersOf(input, fn);
  if (typeof callers === 'string' || callers.length === 0) return false;
  return callers.every((caller) => above.includes(caller) || mayUseHalves(input, caller, [...above, fn]));
}

/** Whether a jump of a function leads back. */
function jumpsBack(code: FunctionCode): boolean {
  const labels = new Map(
    all(code.body, 'labeled_statement').map((node) => [
      /^\w+/.exec(code.text.slice(node.start))?.[0],
      node.start,
    ]),
  );
  return all(code.body, 'goto_statement').some((node) => {
    const target = /^goto\s+(\w+)/.exec(code.text.slice(node.start, node.end))?.[1];
    const at = labels.get(target);
    return at === undefined || at < node.start;
  });
}
