import type { Gap } from '../base/gap.js';
import { hashText } from '../base/hash.js';
import type { Span } from '../base/span.js';
import type { FunctionRef } from '../link/types.js';
import type { EventId, LockEvent, Skeleton } from '../summary/types.js';
import { contextKey } from './context.js';
import { exportExits, mergeExits } from './exits.js';
import { ANY } from './fact.js';
import { FlowGraph } from './flow-graph.js';
import { interpret } from './interpret.js';
import { liftFrom } from './lift.js';
import { addMoment, momentKey, MomentPool } from './moments.js';
import { State } from './state.js';
import { Stepper, type Surroundings } from './step.js';
import { rootOf, type Term } from './terms.js';
import type { AcquireEffect, ApiEffect, CallEffect, Effects, ExitEffect, LockUse, Moment } from './types.js';

/** Interprets one function in its own names. */
export function summarise(around: Surroundings, fn: FunctionRef, skeleton: Skeleton): Effects {
  const stepper = new Stepper(around, fn, skeleton);
  const collector = new Collector(stepper);
  stepper.listener = collector;
  const exits: ExitEffect[] = [];
  interpret(stepper, State.entry(), {
    onReturn: (state, value, at) => {
      exits.push(exitOf(state, value, at));
    },
  });
  const raw = mergeExits(exits.some(isTelling) ? exits : exits.map(withoutFacts), true);
  const exported = exportExits(raw, ({ api }) => {
    const model = around.models.lockApi(api);
    return model?.irq !== undefined || model?.bh === true;
  });
  collector.shareMoments();
  const calls = [...collector.calls.values()];
  const lifted = liftFrom(around, stepper, calls);
  const acquires = [...collector.acquires.values(), ...lifted.acquires];
  const effects = {
    fn,
    exits: exported,
    rawExits: raw,
    acquires,
    calls: [...calls, ...lifted.calls],
    uses: [...collector.uses.values()],
    apis: [...collector.apis.values()],
    gaps: [...skeleton.gaps, ...collector.gaps.values()],
    level: stepper.level,
  };
  const assigned = [...FlowGraph.of(skeleton).assignedFields].sort();
  return { ...effects, signature: `${signatureOf(effects)}\n\n${hashText(assigned.join())}` };
}

/** Callers choose among exits by their facts, which matters only where an exit does something to locks or contexts. */
function isTelling(exit: ExitEffect): boolean {
  return exit.acquired.length > 0 || exit.released.length > 0 || contextKey(exit.context) !== '';
}

function withoutFacts(exit: ExitEffect): ExitEffect {
  return { ...exit, facts: [] };
}

function exitOf(state: State, value: Term | undefined, at: Span): ExitEffect {
  const facts = [...state.facts.known()].filter(({ term }) => {
    const root = rootOf(term);
    return root.k === 'parameter' || root.k === 'global' || term.key.startsWith('?config ');
  });
  return {
    acquired: state.held,
    released: state.released,
    ended: state.ended,
    context: state.context,
    signs: value === undefined ? ANY : state.facts.of(value).signs,
    value,
    facts,
    at: [at],
  };
}

/** Gathers what happens where, one entry per event and lock. */
class Collector {
  readonly acquires = new Map<string, AcquireEffect & { moments: Moment[] }>();
  readonly calls = new Map<EventId, CallEffect & { moments: Moment[] }>();
  readonly uses = new Map<string, LockUse & { moments: Moment[] }>();
  readonly apis = new Map<EventId, ApiEffect & { moments: Moment[] }>();
  readonly gaps = new Map<string, Gap>();

  constructor(private readonly stepper: Stepper) {}

  acquire: NonNullable<Stepper['listener']['acquire']> = (event, lock, api, state) => {
    const key = `${event.id}:${lock.term.key}`;
    let known = this.acquires.get(key);
    if (known === undefined) {
      known = {
        lock,
        api: api.name,
        site: this.stepper.site(event),
        nonBlocking: api.nonBlocking === true,
        transient: event.k === 'transient',
        moments: [],
      };
      this.acquires.set(key, known);
    }
    if (!state.guessed) addMoment(known.moments, state);
  };

  use: NonNullable<Stepper['listener']['use']> = (event: LockEvent, lock, api, state, matched) => {
    if (
      event.k !== 'release' &&
      event.k !== 'assert-held' &&
      event.k !== 'assert-not-held' &&
      event.k !== 'might-acquire'
    )
      return;
    const key = `${event.id}:${lock.term.key}`;
    let known = this.uses.get(key);
    if (state.guessed && known !== undefined) return;
    const ended =
      matched !== undefined || state.guessed ? 'own' : state.ended.has(lock.term.key) ? 'again' : 'foreign';
    const uniform = known === undefined || (known.uniform && known.ended === ended);
    if (known === undefined || worse(ended, known.ended) || uniform !== known.uniform) {
      known = {
        k: event.k,
        ended: known === undefined || worse(ended, known.ended) ? ended : known.ended,
        uniform,
        lock,
        api: api.name,
        site: this.stepper.site(event),
        moments: known?.moments ?? [],
      };
      this.uses.set(key, known);
    }
    if (!state.guessed) addMoment(known.moments, state);
  };

  call: NonNullable<Stepper['listener']['call']> = (event, targets, callee, args, state) => {
    if (state.guessed) return;
    let known = this.calls.get(event.id);
    if (known === undefined) {
      known = { targets, callee, args, site: this.stepper.site(event), moments: [] };
      this.calls.set(event.id, known);
    } else if (targets.length > known.targets.length || !sameTerms(args, known.args)) {
      known = { ...known, targets: targets.length > known.targets.length ? targets : known.targets };
      this.calls.set(event.id, known);
    }
    addMoment(known.moments, state);
  };

  api: NonNullable<Stepper['listener']['api']> = (event, args, state) => {
    if (state.guessed) return;
    let known = this.apis.get(event.id);
    if (known === undefined) {
      known = { k: event.k, api: event.api, args, site: this.stepper.site(event), moments: [] };
      this.apis.set(event.id, known);
    }
    addMoment(known.moments, state);
  };

  /** Keeps equal held sets of different events as one. */
  shareMoments(): void {
    const pool = new MomentPool();
    for (const effects of [this.acquires, this.calls, this.uses, this.apis]) {
      // From here on nothing is added.
      for (const effect of effects.values()) effect.moments = pool.shared(effect.moments) as Moment[];
    }
  }

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

/** What callers depend on, in short: it is kept with every caller. */
function signatureOf(effects: Omit<Effects, 'signature'>): string {
  const open = effects.acquires
    .filter((a) => a.lock.key === undefined || a.moments.some((m) => m.held.some((h) => h.key === undefined)))
    .map((a) => `${a.lock.term.key}<${a.moments.map(momentKey).join('/')}`);
  const callbacks = effects.calls
    .filter((c) => c.callee !== undefined && rootOf(c.callee).k === 'parameter')
    .map(
      (c) =>
        `${c.callee?.key ?? ''}(${c.args.map((a) => a.key).join(',')})<${c.moments.map(momentKey).join('/')}`,
    );
  const text = [
    effects.exits.map(exitKey).join('\n'),
    open.join('\n'),
    callbacks.join('\n'),
    String(effects.level),
  ].join('\n\n');
  return hashText(text);
}

function exitKey(exit: ExitEffect): string {
  const facts = exit.facts.map(
    ({ term, fact }) =>
      `${term.key}:${fact.signs}:${fact.equals ?? ''}:${fact.differs?.join('.') ?? ''}:${fact.among?.join('.') ?? ''}`,
  );
  return [
    exit.acquired.map((l) => `${l.term.key}=${l.key ?? ''}${l.certain ? '' : '?'}`).join(','),
    exit.released.map((l) => l.term.key).join(','),
    contextKey(exit.context),
    String(exit.signs),
    exit.value?.key ?? '',
    facts.join(','),
  ].join('|');
}
