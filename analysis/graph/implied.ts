import { ENTRY_CONTEXT } from '../effects/context.js';
import { absolute, type Span } from '../base/span.js';
import { opaque, deref, type Term } from '../effects/terms.js';
import { mayReclaim } from './atomic.js';
import { withoutSubclass } from '../effects/held.js';
import type { ClassTable } from '../effects/locks.js';
import type { Effects, HeldLock, Moment, Site } from '../effects/types.js';
import type { FunctionRef } from '../link/types.js';
import type { Models, OtherApi } from '../models/types.js';
import { keyOf, type Collected } from './collect.js';
import { classInitialised, type LockNames } from './lock-names.js';

/** Something that lockdep takes for an acquisition though no lock call is written there. */
export interface Implied {
  readonly key: string;
  readonly site: Site;
  readonly moments: readonly Moment[];
}

/** A function that runs while lockdep takes an object for held: a work item, a timer. */
export interface Handled {
  readonly holds: HeldLock;
  readonly handler: FunctionRef;
}

/** Calls that take the map or the queue's lock of what they are given. */
const TAKING: ReadonlySet<OtherApi['awaits']> = new Set(['work', 'timer', 'completion'] as const);

/**
 * What lockdep treats as a lock beside the locks: work items and timers, held while their function runs and taken
 * by whoever waits for it; the lock inside a completion; the count inside a sequence lock; the acquire context of
 * a wait-wound class. For the published graph only: no rule reads it.
 */
export class ImpliedLocks {
  constructor(
    private readonly collected: Collected,
    private readonly classes: ClassTable,
    private readonly models: Models,
    private readonly names: LockNames,
  ) {}

  /** What a function takes so, itself. */
  *of(effects: Effects): Generator<Implied> {
    for (const { k, api: name, args, site, moments } of effects.apis) {
      const api = this.models.api(name);
      if (k === 'sleep' && api?.gfpArg !== undefined && this.mayReclaim(args[api.gfpArg], effects.fn.file))
        yield { key: this.reclaim(effects.fn.file), site, moments };
      if (k !== 'wait' && k !== 'complete') continue;
      const object = api && this.objectOf(api, args, effects.fn.file);
      if (object === undefined) continue;
      const found = this.classes.classOf(object, 'section', 0, effects.fn.file);
      if ('key' in found) yield { key: found.key, site, moments };
    }
    for (const { lock, site, transient, moments } of effects.acquires) {
      if (lock.key === undefined) continue;
      // Readers tell the validator of the count, too.
      if (lock.kind === 'seqcount') yield { key: lock.key, site, moments };
      if (lock.kind !== 'seqlock') continue;
      if (transient) yield { key: this.member(lock.key), site, moments };
      if (lock.mode === 'read') continue;
      const holds = held(lock.key, lock.kind, site);
      yield { key: this.member(lock.key), site, moments: [{ ...NOTHING, held: [holds] }] };
    }
  }

  /** What a wait or a wake-up takes for a moment: the map or the lock of what it is given. */
  private objectOf(api: OtherApi, args: readonly Term[], file: string): Term | undefined {
    const given = args[api.arg ?? 0];
    if (given === undefined || TAKING.has(api.awaits)) return given && deref(given);
    if (api.awaits !== 'condition') return undefined;
    // A queue, or a pointer to one; other things are waited for as well.
    return [given, deref(given)].find(({ type }) =>
      this.models.isWaitQueue(this.collected.program.expand(type, file)),
    );
  }

  /** Classes of what a function wakes others through: whoever sleeps there is touched with the lock held. */
  *wakes(effects: Effects): Generator<string> {
    for (const { k, api: name, args } of effects.apis) {
      const api = k === 'complete' ? this.models.api(name) : undefined;
      const object = api && this.objectOf(api, args, effects.fn.file);
      const found = object && this.classes.classOf(object, 'section', 0, effects.fn.file);
      if (found && 'key' in found) yield found.key;
    }
  }

  /** An allocation that may write back file pages to make room. */
  private mayReclaim(flags: Term | undefined, file: string): boolean {
    if (mayReclaim(this.models, this.collected.program, flags, file) !== true) return false;
    const names = flags?.k === 'operation' ? flags.operands : [flags];
    return !names.some(
      (part) =>
        part?.k === 'global' && this.models.isWithoutFs(part.name.slice(part.name.lastIndexOf(':') + 1)),
    );
  }

  private reclaim(file: string): string {
    return this.classes.named(this.models.reclaimClass, 'section', file);
  }

  /** Functions that run with such a lock held. */
  *handlers(): Generator<Handled> {
    const { program } = this.collected;
    for (const [file, { outline }] of program.files) {
      for (const init of outline.lockInits) {
        if (init.handler === '') continue;
        const key = classInitialised(init, file, this.classes);
        yield* this.handled(key, init.handler, file);
      }
      for (const { definedBy, members, name } of outline.variables) {
        const declarator = definedBy === '' ? undefined : this.models.declarator(definedBy);
        if (declarator?.handlerArg === undefined) continue;
        const value = members.find(({ field }) => field === `#${declarator.handlerArg}`)?.value;
        const symbol = this.classes.symbol(name, file)?.symbol;
        if (value === undefined || symbol === undefined) continue;
        yield* this.handled(this.classes.named(symbol, 'section', file), value, file);
      }
    }
  }

  private *handled(key: string | undefined, name: string, file: string): Generator<Handled> {
    const [handler] = this.collected.program.resolveCall(name, file);
    if (key === undefined || handler?.item === undefined) return;
    yield { holds: held(key, 'section', siteOf(handler, handler.item.nameSpan)), handler };
  }

  /** The acquire context that a wait-wound lock is taken under. */
  contextOf(effects: Effects): readonly Implied[] {
    const out: Implied[] = [];
    for (const { lock, site } of effects.acquires) {
      if (lock.kind !== 'ww_mutex' || lock.subclass >= 0) continue;
      const own = keyOf(lock);
      const key = own === undefined ? undefined : withoutSubclass(own);
      for (const name of key === undefined ? [] : this.names.of(key).names) {
        const context = name.replace(/_mutex$/, '_acquire');
        if (key === undefined || context === name) continue;
        this.classes.declare(context, 'section');
        out.push({ key, site, moments: [{ ...NOTHING, held: [held(context, 'section', site)] }] });
      }
    }
    return out;
  }

  private member(key: string): string {
    return this.classes.memberOf(key, 'seqcount', 'seqcount');
  }
}

const NOTHING = { released: [], context: ENTRY_CONTEXT } as const;

function siteOf(fn: FunctionRef, span: Span): Site {
  return {
    fn,
    event: -1,
    span: absolute({ ...span, line: span.line - fn.line, endLine: span.endLine - fn.line }, fn.line),
  };
}

function held(key: string, kind: HeldLock['kind'], site: Site): HeldLock {
  return {
    term: opaque(key, ''),
    key,
    kind,
    mode: 'write',
    fallback: undefined,
    subclass: 0,
    api: '',
    site,
    nonBlocking: false,
    certain: true,
  };
}
