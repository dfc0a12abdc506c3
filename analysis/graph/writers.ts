import type { Site } from '../effects/types.js';
import { keyOf, type Collected } from './collect.js';

const NONE: readonly Site[] = [];

/** Where locks that may have readers are taken for writing: without a writer readers never wait. */
export class Writers {
  private sites: ReadonlyMap<string, readonly Site[]> | undefined;

  constructor(private readonly collected: Collected) {}

  /** Every place in sight where a class is taken for writing. */
  of(key: string): readonly Site[] {
    this.sites ??= this.find();
    return this.sites.get(key) ?? NONE;
  }

  private find(): ReadonlyMap<string, readonly Site[]> {
    const found = new Map<string, Site[]>();
    for (const { acquires } of this.collected.effects.values()) {
      for (const { lock, site } of acquires) {
        const key =
          lock.mode === 'write' && (lock.kind === 'rwsem' || lock.kind === 'rwlock')
            ? keyOf(lock)
            : undefined;
        if (key === undefined) continue;
        const list = found.get(key);
        if (list === undefined) found.set(key, [site]);
        else list.push(site);
      }
    }
    return found;
  }
}
