import { BOUNDS } from '../../base/bounds.js';
import type { HeldLock, LockRef, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import { keyOf, type Collected } from '../events/collect.js';
import type { HandlerNeeds } from './handler-needs.js';
import type { ProofRun } from '../paths/proofs.js';
import { flatten } from '../paths/replay.js';

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

/** An event inside a read-side section: an acquisition or a call. */
interface Inside {
  readonly fn: FunctionRef;
  readonly site: Site;
  /** The acquired class; `''` for a call. */
  readonly key: string;
  readonly target: FunctionRef | undefined;
}

/** The locks that readers of a sleepable RCU domain acquire: a wait for the readers waits for these too. */
export class SrcuReaders {
  private index: ReadonlyMap<string, readonly Inside[]> | undefined;

  constructor(
    private readonly collected: Collected,
    private readonly needs: HandlerNeeds,
    private readonly proofs: ProofRun,
  ) {}

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
    for (const { fn, acquires, calls } of this.collected.summaries.values()) {
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
