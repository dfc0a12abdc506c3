import { positional } from '../../outline/designators.js';
import { BOUNDS } from '../../base/bounds.js';
import { withoutSubclass } from '../../base/subclass.js';
import { ENTRY_CONTEXT } from '../../summaries/state/context.js';
import { absolute, type Location, type Span } from '../../base/span.js';
import { bareName, deref, opaque, type Term } from '../../summaries/locks/terms.js';
import { mayReclaim } from '../events/atomic.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import type { FunctionSummary, HeldLock, Lockset, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { Models, OtherApi } from '../../models/types.js';
import { handlersOf } from '../contexts/handlers.js';
import { modelledLock } from '../contexts/operation-locks.js';
import { keyOf, type Collected } from '../events/collect.js';
import { classInitialised, type LockNames } from '../events/lock-names.js';
import { QueueSections } from './queue-sections.js';

/** Something that lockdep treats as an acquisition although there is no lock call. */
export interface Implied {
  readonly key: string;
  /** `write` if absent. */
  readonly mode?: 'read' | 'write';
  readonly site: Site;
  readonly locksets: readonly Lockset[];
}

/** A function that runs while lockdep treats an object as held: a work item, a timer. */
export interface Handled {
  readonly holds: HeldLock;
  readonly handler: FunctionRef;
}

/** What happens in a read-side section of SRCU: a lock is taken, or a function is called. */
export interface SrcuReader {
  readonly holds: HeldLock;
  readonly site: Site;
  readonly key?: string;
  readonly target?: FunctionRef;
}

/** Calls that acquire the lockdep map or the queue lock of their argument. */
const TAKING: ReadonlySet<OtherApi['awaits']> = new Set(['work', 'timer', 'completion', 'srcu'] as const);

/**
 * What lockdep treats as a lock besides real locks: work items and timers, held while their function runs and acquired
 * by code that waits for them; the lock inside a completion; the count inside a sequence lock; the acquire context of a
 * wound/wait class; SRCU's read-side sections; workqueues, notifier chains and files of sysfs; the locks with which the
 * kernel calls an operation. For the published graph only; no rule reads it.
 */
export class ImpliedLocks {
  private readonly queues: QueueSections;

  constructor(
    private readonly collected: Collected,
    private readonly classes: ClassTable,
    private readonly models: Models,
    private readonly names: LockNames,
  ) {
    this.queues = new QueueSections(collected, classes, models);
  }

  /** What a function itself acquires implicitly. */
  *of(summary: FunctionSummary): Generator<Implied> {
    for (const { k, api: name, args, site, locksets } of summary.apis) {
      const api = this.models.api(name);
      if (k === 'sleep' && api?.gfpArg !== undefined && this.mayReclaim(args[api.gfpArg], summary.fn.file))
        yield { key: this.reclaim(summary.fn.file), site, locksets };
      if (api === undefined || (k !== 'wait' && k !== 'complete')) continue;
      for (const awaited of this.queues.awaitedBy(api, args, summary.fn.file))
        yield { ...awaited, site, locksets };
      const object = this.objectOf(api, args, summary.fn.file);
      if (object === undefined) continue;
      const found = this.classes.classOf(object, 'section', 0, summary.fn.file);
      if (!('key' in found)) continue;
      yield { key: this.lockIn(found.key, object, summary.fn.file), site, locksets };
      // Beginning a grace period takes the lock of the domain's bookkeeping.
      if (api.awaits !== 'srcu') continue;
      const inner = this.classes.memberOf(found.key, this.models.srcuDomainLock, 'raw_spinlock');
      yield { key: inner, site, locksets };
    }
    for (const { lock, site, transient, locksets } of summary.acquires) {
      if (lock.key === undefined) continue;
      // Readers report the count to lockdep, too.
      if (lock.kind === 'seqcount') yield { key: lock.key, site, locksets };
      if (lock.kind !== 'seqlock') continue;
      if (transient) yield { key: this.member(lock.key), site, locksets };
      if (lock.mode === 'read') continue;
      const holds = held(lock.key, lock.kind, site);
      yield { key: this.member(lock.key), site, locksets: [{ ...NOTHING, held: [holds] }] };
    }
  }

  /** What a wait or a wake-up acquires briefly: the map or the lock of its argument. */
  private objectOf(api: OtherApi, args: readonly Term[], file: string): Term | undefined {
    const given = args[api.arg ?? 0];
    if (given === undefined || TAKING.has(api.awaits)) return given && deref(given);
    if (api.awaits !== 'condition') return undefined;
    // A queue, or a pointer to one; other arguments are not queues.
    return [given, deref(given)].find(({ type }) =>
      this.models.isWaitQueue(this.collected.program.expand(type, file)),
    );
  }

  /** The class of the lock in what a call acquires, if that is not a lock itself: of the lock of a wait queue. */
  private lockIn(key: string, { type }: Term, file: string): string {
    const lock = this.models.queueLock(this.collected.program.expand(type, file));
    return lock === undefined || lock.member === ''
      ? key
      : this.classes.memberOf(key, lock.member, lock.kind);
  }

  /** Classes through which a function wakes others: the sleepers are accessed with the lock held. */
  *wakes(summary: FunctionSummary): Generator<string> {
    for (const { k, api: name, args } of summary.apis) {
      const api = k === 'complete' ? this.models.api(name) : undefined;
      const object = api && this.objectOf(api, args, summary.fn.file);
      const found = object && this.classes.classOf(object, 'section', 0, summary.fn.file);
      if (object && found && 'key' in found) yield this.lockIn(found.key, object, summary.fn.file);
    }
  }

  /** Whether an allocation may write back file pages to reclaim memory. */
  private mayReclaim(flags: Term | undefined, file: string): boolean {
    if (mayReclaim(this.models, this.collected.program, flags, file) !== true) return false;
    const names = flags?.k === 'operation' ? flags.operands : [flags];
    return !names.some((part) => part?.k === 'global' && this.models.isWithoutFs(bareName(part)));
  }

  private reclaim(file: string): string {
    return this.classes.named(this.models.reclaimClass, 'section', file);
  }

  /** Work items, each with the workqueue that is held when its function begins. Ask after {@link of}. */
  *items(): Generator<Implied> {
    for (const { key, item, site } of this.queues.items()) {
      const holds = held(key, 'section', site);
      yield { key: item, site, locksets: [{ ...NOTHING, held: [holds] }] };
    }
  }

  /** Where what has no initialising call is defined, by class. */
  get definitions(): ReadonlyMap<string, Location> {
    return this.queues.definitions;
  }

  /** Functions that run with such a lock held. Ask after {@link of}, which finds some of the locks. */
  *handlers(): Generator<Handled> {
    for (const { key, handler } of this.queues.runs()) {
      if (handler.item === undefined) continue;
      const site = startOf(handler, handler.item.nameSpan);
      yield { holds: { ...held(key, 'section', site), mode: 'read' }, handler };
    }
    const { program } = this.collected;
    for (const [file, { outline }] of program.files) {
      for (const init of outline.lockInits) {
        if (init.handler === '') continue;
        const key = classInitialised(init, file, this.classes);
        yield* this.handled(key, init.handler, file);
      }
      for (const { definedBy, members, name } of outline.variables) {
        const declarator = definedBy === '' ? undefined : this.models.declarator(definedBy);
        const { handlerArg } = declarator ?? {};
        if (handlerArg === undefined) continue;
        const value = members.find(({ field }) => field === positional(handlerArg))?.value;
        const symbol = this.classes.symbol(name, file)?.symbol;
        if (value === undefined || symbol === undefined) continue;
        yield* this.handled(this.classes.named(symbol, 'section', file), value, file);
      }
    }
  }

  /** Operations that the kernel calls with locks held, as far as the models name one of them. */
  *operations(): Generator<Handled> {
    const { program } = this.collected;
    for (const [file, { outline }] of program.files) {
      for (const { record, field, value } of handlersOf(outline, this.models).members) {
        const operation = this.models.operation(record, field);
        for (const text of operation?.locksHeld ?? []) {
          const lock = modelledLock(text);
          const key = lock && this.classes.pointedTo(lock.name, 'mutex', file);
          for (const { holds, handler } of this.handled(key, value, file))
            yield {
              holds: { ...holds, mode: lock?.mode ?? 'write', certain: operation?.isExact === true },
              handler,
            };
        }
      }
    }
  }

  /** SRCU domains with whose readers a function takes locks or calls others. */
  *srcuReaders({ acquires, calls }: FunctionSummary): Generator<SrcuReader> {
    for (const { lock, site, locksets } of acquires) {
      const key = keyOf(lock);
      if (key !== undefined) for (const holds of srcuHeld(locksets)) yield { holds, site, key };
    }
    for (const { targets, site, locksets } of calls) {
      if (targets.length > BOUNDS.edgeTargets || site.via !== undefined) continue;
      for (const holds of srcuHeld(locksets)) for (const target of targets) yield { holds, site, target };
    }
  }

  private *handled(key: string | undefined, name: string, file: string): Generator<Handled> {
    const [handler] = this.collected.program.resolveCall(name, file);
    if (key === undefined || handler?.item === undefined) return;
    yield { holds: held(key, 'section', startOf(handler, handler.item.nameSpan)), handler };
  }

  /** The acquire context under which a wound/wait lock is acquired. */
  contextOf(summary: FunctionSummary): readonly Implied[] {
    const out: Implied[] = [];
    for (const { lock, site } of summary.acquires) {
      if (lock.kind !== 'ww_mutex' || lock.subclass >= 0) continue;
      const own = keyOf(lock);
      const key = own === undefined ? undefined : withoutSubclass(own);
      for (const name of key === undefined ? [] : this.names.of(key).names) {
        const context = name.replace(/_mutex$/, '_acquire');
        if (key === undefined || context === name) continue;
        this.classes.declare(context, 'section');
        out.push({ key, site, locksets: [{ ...NOTHING, held: [held(context, 'section', site)] }] });
      }
    }
    return out;
  }

  private member(key: string): string {
    return this.classes.memberOf(key, 'seqcount', 'seqcount');
  }
}

function srcuHeld(locksets: readonly Lockset[]): readonly HeldLock[] {
  const all = locksets.flatMap(({ held: locks }) => locks.filter(({ kind }) => kind === 'srcu'));
  return [...new Map(all.map((lock) => [keyOf(lock), lock])).values()];
}

const NOTHING = { released: [], context: ENTRY_CONTEXT } as const;

/** A site at the start of a function, for what has no event of its own. */
export function startOf(fn: FunctionRef, span: Span): Site {
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
