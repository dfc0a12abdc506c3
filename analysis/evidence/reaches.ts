import type { FunctionRef } from '../link/types.js';
import { eventsOf } from './wait-events.js';
import type { SourceWorld } from './world.js';

/** Functions looked into below one held lock. */
const MOST_FUNCTIONS = 4000;

/**
 * Whether some call made while one class is held leads, however deep, to an acquisition of another: more than
 * the graph of direct dependencies shows, and without looking at paths.
 */
export class Reaches {
  private readonly known = new Map<string, ReadonlySet<string>>();

  constructor(private readonly world: SourceWorld) {}

  from(key: string): ReadonlySet<string> {
    let found = this.known.get(key);
    if (!found) {
      found = this.search(key);
      this.known.set(key, found);
    }
    return found;
  }

  private search(key: string): ReadonlySet<string> {
    const { analysis, program } = this.world;
    const found = new Set<string>();
    const open: FunctionRef[] = [];
    const seen = new Set<FunctionRef>();
    const visit = (fn: FunctionRef): void => {
      if (seen.has(fn) || seen.size >= MOST_FUNCTIONS) return;
      seen.add(fn);
      open.push(fn);
    };
    for (const fn of program.functions()) {
      const effects = analysis.effects(fn);
      if (!effects) continue;
      for (const event of eventsOf(fn, this.world)) {
        if (!(effects.heldAt.get(event.id) ?? []).some((lock) => lock.key === key)) continue;
        const taken = effects.lockOf.get(event.id);
        if (taken !== undefined && (event.k === 'acquire' || event.k === 'try')) found.add(taken);
        if (event.k !== 'call' || typeof event.callee !== 'string') continue;
        for (const callee of program.resolveCall(event.callee, fn.file).slice(0, 4)) visit(callee);
      }
    }
    for (let fn = open.pop(); fn; fn = open.pop()) {
      for (const lock of analysis.effects(fn)?.acquires ?? []) if (lock.key !== '') found.add(lock.key);
      for (const callee of program.callees(fn)) visit(callee);
    }
    return found;
  }
}
