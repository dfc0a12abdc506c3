import type { Gap } from '../../base/gap.js';
import { hashText } from '../../base/hash.js';
import type { Span } from '../../base/span.js';
import type { FunctionRef } from '../../link/types.js';
import { askedFirst } from '../../skeleton/lowering/deciding.js';
import type { EventId, Skeleton } from '../../skeleton/types.js';
import { absentIn, withoutAbsent, type SeenExit } from './absent-objects.js';
import { callsAlwaysMade } from './always.js';
import { contextKey, leavesSaved } from '../state/context.js';
import { type Effects, releasesOnly, takesOnly } from './lock-functions.js';
import { asErrors, byEnded, byKept, byValue, exportExits, mergeExits } from './exits.js';
import { ANY } from '../facts/fact.js';
import { NOTHING_TOLD, toldKey, withMembers } from '../facts/told.js';
import { FlowGraph } from '../state/flow-graph.js';
import { choosesLock } from '../interpret/accessors.js';
import { tellsValue } from '../interpret/apply.js';
import { interpret } from '../interpret/interpret.js';
import { isCallback, isOpen, liftFrom } from '../interpret/lift.js';
import { addLockset, LocksetPool } from '../state/locksets.js';
import { isCutShort } from '../state/budget.js';
import type { Audience } from '../state/recording.js';
import { State } from '../state/state.js';
import { storesNothing } from '../state/stores.js';
import { Stepper } from '../interpret/step.js';
import type { Surroundings } from '../surroundings.js';
import { storesIn } from '../interpret/turned.js';
import { isConfiguration } from '../locks/names.js';
import { opaque, rootOf, someTerm, type Term } from '../locks/terms.js';
import type {
  AcquireEffect,
  ApiEffect,
  CallSummary,
  FunctionSummary,
  ExitEffect,
  HeldLock,
  LockRef,
  LockUse,
  Lockset,
  Site,
} from '../state/types.js';

/** Computes the summary of one function. Between two steps, other code may query summaries too. */
export function* summarise(
  around: Surroundings,
  fn: FunctionRef,
  skeleton: Skeleton,
): Generator<void, FunctionSummary> {
  const stepper = new Stepper(around, fn, skeleton);
  const collector = new Collector(stepper);
  const steps = yield* interpret(stepper, collector);
  const exits = withoutAbsent(collector.exits);
  const isChoice = choosesLock(fn, around.models);
  const told = isChoice || exits.some(isTelling) ? exits : exits.map(withoutFacts);
  const isPointer = fn.item?.returns.endsWith('*') === true;
  const apart = (exit: ExitEffect): string => `${byEnded(exit)}${isChoice ? `|${byValue(exit)}` : ''}`;
  const shared = asErrors(mergeExits(told, apart), isPointer);
  const raw =
    isPointer || told.some(({ turned }) => turned !== undefined)
      ? asErrors(
          mergeExits(told, (exit) => `${apart(exit)}|${byKept(exit, isPointer)}`),
          isPointer,
        )
      : shared;
  const switches = ({ api }: HeldLock): boolean => {
    const model = around.models.lockApi(api);
    return model?.irq !== undefined || model?.bh === true;
  };
  // Of a function cut short, callers must not take the returns that were reached for all there are.
  const all = isCutShort([...collector.gaps.values()])
    ? [...shared, exitOf(State.entry(), undefined, [])]
    : shared;
  const { exits: exported, byArgument } = exportExits(all, switches, isChoice ? byValue : undefined);
  collector.shareLocksets();
  const calls = [...collector.calls.values()];
  const lifted = liftFrom(around, stepper, calls);
  const seen = {
    exits: exported,
    ...(byArgument === undefined ? {} : { byArgument }),
    acquires: [...collector.acquires.values(), ...lifted.acquires],
    calls: [...calls, ...lifted.calls],
    uses: [...collector.uses.values()],
    apis: [...collector.apis.values()],
    rawExits: raw,
    level: stepper.level,
  };
  return {
    fn,
    ...seen,
    gaps: [...skeleton.gaps, ...collector.gaps.values()],
    signature: signatureOf(seen, wrapperOf(seen), insideOf(around, fn, skeleton, exported)),
    isNeutral: isNeutral(seen),
    tellsValue: exported.some(tellsValue),
    steps,
  };
}

/**
 * What callers read in the skeleton, as text: what the function may store in members of its parameters, or that it stores
 * nothing at all, and the members that it asks for first, where its exits depend on them.
 */
function insideOf(
  { program }: Surroundings,
  fn: FunctionRef,
  skeleton: Skeleton,
  exits: readonly ExitEffect[],
): string {
  const { passedOn } = FlowGraph.of(skeleton);
  const asked = exits.some(({ facts }) => facts.length > 0) ? askedFirst(skeleton) : [];
  const stores = storesNothing(program, fn) ? '-' : storesIn(skeleton);
  return `${stores};${[...passedOn].sort((a, b) => a - b).join()};${asked.join()}`;
}

/** The part of the summary that callers see. */
type VisibleSummary = Pick<FunctionSummary, 'exits' | 'byArgument' | 'acquires' | 'calls' | 'level'>;

function isNeutral({ exits, byArgument, acquires, calls }: VisibleSummary): boolean {
  return (
    exits.length === 1 &&
    byArgument === undefined &&
    !exits.some(isTelling) &&
    !acquires.some(isOpen) &&
    !calls.some(isCallback)
  );
}

/** Callers choose among exits by their facts, which matters only if an exit affects locks or the context. */
function isTelling(exit: ExitEffect): boolean {
  return exit.acquired.length > 0 || exit.released.length > 0 || contextKey(exit.context) !== '';
}

function withoutFacts(exit: ExitEffect): ExitEffect {
  return { ...exit, facts: [], told: NOTHING_TOLD };
}

/** Whether callers know the value: part of a parameter or global, a configuration option, or a flag in one of these. */
function isOfCaller(term: Term): boolean {
  if (term.k === 'operation')
    return term.op === '&' && term.operands.every((part) => part.k === 'constant' || isOfCaller(part));
  const root = rootOf(term);
  return root.k === 'parameter' || root.k === 'global' || isConfiguration(term);
}

function exitOf(state: State, value: Term | undefined, at: readonly Span[]): ExitEffect {
  const facts = [...state.facts.known()].filter(({ term }) => isOfCaller(term));
  return {
    acquired: state.held,
    released: state.released,
    ended: state.ended,
    context: state.context,
    signs: value === undefined ? ANY : state.facts.of(value).signs,
    value,
    facts,
    told: withMembers(state.told, state.memory.values()),
    at,
    ...(state.turned === undefined ? {} : { turned: state.turned }),
  };
}

/** Collects the summary, one entry per event and lock. */
class Collector implements Audience {
  readonly exits: SeenExit[] = [];
  readonly acquires = new Map<string, AcquireEffect & { locksets: Lockset[] }>();
  readonly calls = new Map<EventId, CallSummary & { locksets: Lockset[] }>();
  readonly uses = new Map<string, LockUse & { locksets: Lockset[] }>();
  readonly apis = new Map<EventId, ApiEffect & { locksets: Lockset[] }>();
  readonly gaps = new Map<string, Gap>();
  private always: ReadonlySet<EventId> | undefined;

  constructor(private readonly stepper: Stepper) {}

  acquire: Audience['acquire'] = (event, lock, api, at) => {
    const key = `${event.id}:${lock.term.key}`;
    let known = this.acquires.get(key);
    if (known === undefined) {
      known = {
        lock,
        api: api.name,
        site: this.stepper.site(event),
        nonBlocking: api.nonBlocking === true,
        transient: event.k === 'transient',
        locksets: [],
      };
      this.acquires.set(key, known);
    }
    if (!at.guessed) addLockset(known.locksets, at, at.key);
  };

  use: Audience['use'] = (event, lock, api, at, matched) => {
    if (
      event.k !== 'release' &&
      event.k !== 'assert-held' &&
      event.k !== 'assert-not-held' &&
      event.k !== 'might-acquire' &&
      event.k !== 'lock-init'
    )
      return;
    const key = `${event.id}:${lock.term.key}`;
    let known = this.uses.get(key);
    if (at.guessed && known !== undefined) return;
    // Of an array, each round releases another element.
    const isOver =
      at.ended.has(lock.term.key) ||
      (at.released.some(({ term }) => term.key === lock.term.key) &&
        !someTerm(lock.term, ({ k }) => k === 'index'));
    const ended = matched !== undefined || at.guessed ? 'own' : isOver ? 'again' : 'foreign';
    const uniform = known === undefined || (known.uniform && known.ended === ended);
    if (known === undefined || worse(ended, known.ended) || uniform !== known.uniform) {
      known = {
        k: event.k,
        ended: known === undefined || worse(ended, known.ended) ? ended : known.ended,
        uniform,
        lock,
        api: api.name,
        site: this.stepper.site(event),
        locksets: known?.locksets ?? [],
      };
      this.uses.set(key, known);
    }
    if (!at.guessed) addLockset(known.locksets, at, at.key);
  };

  call: Audience['call'] = (event, targets, callee, args, at) => {
    if (at.guessed) return;
    let known = this.calls.get(event.id);
    if (known === undefined) {
      this.always ??= callsAlwaysMade(this.stepper.skeleton);
      // A callback of an API may not be called: a reference need not be the last one.
      const isCallback = callee !== undefined && (event.k !== 'call' || typeof event.callee === 'string');
      const isAlways = !isCallback && this.always.has(event.id);
      known = { targets, callee, args, site: this.stepper.site(event), isAlways, locksets: [] };
      this.calls.set(event.id, known);
    } else if (targets.length > known.targets.length || !sameTerms(args, known.args)) {
      known = { ...known, targets: targets.length > known.targets.length ? targets : known.targets };
      this.calls.set(event.id, known);
    }
    addLockset(known.locksets, at, at.key);
  };

  api: Audience['api'] = (event, args, at) => {
    if (at.guessed) return;
    let known = this.apis.get(event.id);
    if (known === undefined) {
      known = { k: event.k, api: event.api, args, site: this.stepper.site(event), locksets: [] };
      this.apis.set(event.id, known);
    } else if (event.k === 'sleep' && !sameTerms(args, known.args)) {
      // Paths pass different flags: each path decides whether the call may sleep.
      const unsure = opaque(this.stepper.evaluator.given(event.id), '');
      known = { ...known, args: args.map((arg, i) => (arg.key === known?.args[i]?.key ? arg : unsure)) };
      this.apis.set(event.id, known);
    }
    addLockset(known.locksets, at, at.key);
  };

  /** Shares equal held sets between events. */
  shareLocksets(): void {
    const pool = new LocksetPool();
    for (const effects of [this.acquires, this.calls, this.uses, this.apis]) {
      // Nothing is added after this.
      for (const effect of effects.values()) effect.locksets = pool.shared(effect.locksets) as Lockset[];
    }
  }

  exit = (state: State, value: Term | undefined, at: Span): void => {
    this.exits.push({ exit: exitOf(state, value, [at]), absent: absentIn(state, value === undefined) });
  };

  gap = (gap: Gap): void => {
    this.gaps.set(`${gap.kind}:${gap.at.line}:${gap.at.column}:${gap.detail}`, gap);
  };
}

function worse(a: LockUse['ended'], b: LockUse['ended']): boolean {
  const rank = { own: 0, foreign: 1, again: 2 };
  return rank[a] > rank[b];
}

function sameTerms(a: readonly Term[], b: readonly Term[]): boolean {
  return a.length === b.length && a.every((term, i) => term.key === b[i]?.key);
}

/** What kind of lock function this is, and by which operation it releases. */
function wrapperOf(effects: Effects): string {
  if (takesOnly(effects)) return 'takes';
  return releasesOnly(effects) ? (effects.uses[0]?.api ?? '') : '';
}

/** The signature: everything callers depend on. Kept short, because every caller stores it. */
function signatureOf(effects: VisibleSummary, wrapper: string, inside: string): string {
  const lifted = effects.acquires
    .filter((acquire) => wrapper === 'takes' || isOpen(acquire))
    .map(
      (a) =>
        `${lockKey(a.lock)}${a.api}${a.nonBlocking ? '~' : ''}${a.transient ? '!' : ''}${siteKey(a.site)}<${a.locksets.map(fullLocksetKey).join('/')}`,
    );
  const callbacks = effects.calls
    .filter((c) => c.callee !== undefined && rootOf(c.callee).k === 'parameter')
    .map(
      (c) =>
        `${c.callee?.key ?? ''}(${c.args.map((a) => a.key).join(',')})${siteKey(c.site)}<${c.locksets.map(fullLocksetKey).join('/')}`,
    );
  const text = [
    effects.exits.map(exitKey).join('\n'),
    effects.byArgument?.map(exitKey).join('\n') ?? '',
    lifted.join('\n'),
    callbacks.join('\n'),
    `${effects.level}${wrapper}`,
    inside,
  ].join('\n\n');
  return hashText(text);
}

function lockKey(lock: LockRef): string {
  return `${lock.term.key}=${lock.key ?? ''}=${lock.fallback ?? ''}:${lock.kind}:${lock.mode}:${lock.subclass}`;
}

function heldKey(lock: HeldLock): string {
  return `${lockKey(lock)}${lock.certain ? '' : '?'}${lock.nonBlocking ? '~' : ''}${lock.api}${siteKey(lock.site)}`;
}

/** The path of a site down to the acquisition. A function whose file was replaced is a different function. */
function siteKey(site: Site): string {
  let text = '';
  for (let at: Site | undefined = site; at !== undefined; at = at.via) text += `@${at.fn.id}.${at.event}`;
  return text;
}

function fullLocksetKey({ held, released, context }: Lockset): string {
  return `${held.map(heldKey).join(';')}|${released.map(lockKey).join(';')}|${contextKey(context)}`;
}

function exitKey(exit: ExitEffect): string {
  const facts = exit.facts.map(
    ({ term, fact }) =>
      `${term.key}:${fact.signs}:${fact.equals ?? ''}:${fact.differs?.join('.') ?? ''}:${fact.among?.join('.') ?? ''}`,
  );
  return [
    exit.acquired.map(heldKey).join(','),
    exit.released.map((l) => `${lockKey(l)}${l.depth}`).join(','),
    `${contextKey(exit.context)}${leavesSaved(exit.context) ? 's' : ''}`,
    String(exit.signs),
    exit.value?.key ?? '',
    facts.join(','),
    toldKey(exit.told),
  ].join('|');
}
