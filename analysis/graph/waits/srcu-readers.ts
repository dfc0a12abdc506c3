import { BOUNDS } from '../../base/bounds.js';
import type { HeldLock, LockRef, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import { keyOf, type Collected } from '../events/collect.js';
import type { HandlerNeeds } from './handler-needs.js';
import type { ProofRun } from '../paths/proofs.js';
import { flatten } from '../paths/replay.js';
import { arriving, type OwnWait, type Waiting, type WaitPlace, type Waits } from './waits.js';

const NONE: ReadonlySet<string> = new Set();

/**
 * A feasible path on which a reader of some domain acquires a lock, in terms of the function that begins the read-side
 * section.
 */
export interface ReaderWay {
  readonly root: FunctionRef;
  readonly holds: HeldLock;
  readonly lock: LockRef;
  readonly held: readonly HeldLock[];
  readonly steps: readonly Site[];
}

/** A feasible path on which a reader of some domain waits for the readers of another one. */
export interface WaitingReader {
  readonly holds: HeldLock;
  readonly waiting: Waiting;
}

/** An event inside a read-side section: an acquisition, a call, or a wait for readers. */
interface Inside {
  readonly fn: FunctionRef;
  readonly site: Site;
  /** The acquired class; `''` for a call. */
  readonly key: string;
  readonly target: FunctionRef | undefined;
  readonly wait?: OwnWait;
}

/** The locks that readers of a sleepable RCU domain acquire: a wait for the readers waits for these too. */
export class SrcuReaders {
  private index: ReadonlyMap<string, readonly Inside[]> | undefined;

  constructor(
    private readonly collected: Collected,
    private readonly needs: HandlerNeeds,
    private readonly proofs: ProofRun,
    private readonly waits: Waits,
  ) {}

  /** The nearest paths on which readers of `domain` wait for readers of a domain for which `isWanted` holds. */
  *waiting(domain: string, isWanted: (waiting: Waiting) => boolean): Generator<WaitingReader> {
    for (let calls = -1; calls < BOUNDS.callsToWait; calls++) {
      for (const inside of this.inside(domain)) {
        for (const place of this.places(inside, calls)) {
          for (const waiting of arriving(this.proofs, place)) {
            const holds = waiting.arrived.held.find(
              (one) => one.kind === 'srcu' && keyOf(one) === domain && one.site.fn === inside.fn,
            );
            if (holds !== undefined && isWanted(waiting)) yield { holds, waiting };
          }
        }
      }
    }
  }

  /** The waits for readers that an event leads to, so many calls below the function that it calls; -1: the event itself. */
  private *places({ fn, site, target, wait }: Inside, calls: number): Generator<WaitPlace> {
    if (calls < 0 && wait !== undefined) yield { root: fn, steps: [site], held: NONE, ...wait };
    if (calls < 0 || target === undefined) return;
    for (const { tail, ...own } of this.waits.tails(target, calls, [fn]))
      if (own.api.awaits === 'srcu')
        yield { root: fn, steps: [...flatten(site), ...tail], held: NONE, ...own };
  }

  /** Classes that readers of a domain acquire in the function that begins the section. */
  taken(domain: string): ReadonlySet<string> {
    return new Set(this.inside(domain).flatMap(({ key }) => (key === '' ? [] : [key])));
  }

  /** The shortest paths on which readers of `domain` acquire `key`. */
  ways(domain: string, key: string): readonly ReaderWay[] {
    const found: ReaderWay[] = [];
    for (const inside of this.inside(domain)) {
      for (const steps of this.paths(inside, key)) {
        for (const { lock, held } of this.proofs.replay(steps)) {
          const holds = held.find((one) => one.kind === 'srcu' && keyOf(one) === domain);
          if (holds === undefined || keyOf(lock) !== key) continue;
          found.push({ root: inside.fn, holds, lock, held, steps });
          break;
        }
        if (found.length >= BOUNDS.pathsPerReader) return found;
      }
    }
    return found.sort((a, b) => a.steps.length - b.steps.length);
  }

  private *paths({ site, key: own, target }: Inside, key: string): Generator<readonly Site[]> {
    if (target === undefined) {
      if (own === key) yield flatten(site);
      return;
    }
    for (const way of this.needs.ways(target, key)) yield [...flatten(site), ...way.steps];
  }

  private inside(domain: string): readonly Inside[] {
    this.index ??= this.read();
    return this.index.get(domain) ?? [];
  }

  private read(): Map<string, Inside[]> {
    const index = new Map<string, Inside[]>();
    const add = (held: readonly HeldLock[], inside: Inside): void => {
      for (const lock of held) {
        const domain = lock.kind === 'srcu' ? keyOf(lock) : undefined;
        if (domain === undefined) continue;
        const list = index.get(domain) ?? [];
        index.set(domain, list);
        if (!list.includes(inside)) list.push(inside);
      }
    };
    for (const summary of this.collected.summaries.values()) {
      const { fn, acquires, calls } = summary;
      for (const wait of this.waits.of(summary)) {
        if (wait.api.awaits !== 'srcu') continue;
        const { site, locksets } = wait.effect;
        const inside = { fn, site, key: '', target: undefined, wait };
        for (const { held } of locksets) add(held, inside);
      }
      for (const { lock, nonBlocking, site, locksets } of acquires) {
        const key = keyOf(lock);
        if (key === undefined || nonBlocking || lock.kind === 'srcu' || lock.kind === 'rcu') continue;
        const inside = { fn, site, key, target: undefined };
        for (const { held } of locksets) add(held, inside);
      }
      for (const { targets, site, locksets } of calls) {
        if (targets.length > BOUNDS.edgeTargets || !locksets.some(({ held }) => held.length > 0)) continue;
        for (const target of targets) {
          const inside = { fn, site, key: '', target };
          for (const { held } of locksets) add(held, inside);
        }
      }
    }
    return index;
  }
}
