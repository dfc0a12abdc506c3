import { folderOf } from '../base/paths.js';
import type { FunctionRef } from '../link/types.js';
import type { View } from './view.js';

/** Maximum depth of calls, and number of functions: a lens must be cheap. */
const MAX_DEPTH = 12;
const MAX_FUNCTIONS = 2000;

/** Lock classes that functions acquire through their callees, at any depth; one object per file. */
export class ThroughCalls {
  private readonly callees = new Map<FunctionRef, readonly FunctionRef[]>();
  private readonly taken = new Map<FunctionRef, ReadonlySet<string>>();

  constructor(
    private readonly view: View,
    /** The folder of the file that is asked about. */
    private readonly folder: string,
  ) {}

  /** Display names, sorted, without those that the function acquires itself. */
  of(fn: FunctionRef): readonly string[] {
    const found = new Set<string>();
    const seen = new Set([fn]);
    let level: readonly FunctionRef[] = [fn];
    for (let depth = 0; depth < MAX_DEPTH && level.length > 0 && seen.size < MAX_FUNCTIONS; depth += 1) {
      const next: FunctionRef[] = [];
      for (const callee of level.flatMap((each) => this.calleesOf(each))) {
        if (seen.has(callee)) continue;
        seen.add(callee);
        next.push(callee);
        for (const id of this.takenBy(callee)) found.add(id);
      }
      level = next;
    }
    for (const id of this.takenBy(fn)) found.delete(id);
    return [...found].sort();
  }

  /**
   * One that takes no lock itself may have no skeleton. In the folder that is asked about, its outline tells its callees;
   * elsewhere that would lead from every message to the locks of the console.
   */
  private calleesOf(fn: FunctionRef): readonly FunctionRef[] {
    const known = this.callees.get(fn);
    if (known) return known;
    const { program } = this.view;
    const skeleton = program.skeleton(fn);
    if (!skeleton && folderOf(fn.file) === this.folder) return program.callees(fn);
    const names = new Set<string>();
    for (const { events } of skeleton?.blocks ?? []) {
      for (const event of events)
        if (event.k === 'call' && typeof event.callee === 'string') names.add(event.callee);
    }
    const callees = [...names].flatMap((name) => program.resolveCall(name, fn.file)[0] ?? []);
    this.callees.set(fn, callees);
    return callees;
  }

  private takenBy(fn: FunctionRef): ReadonlySet<string> {
    const known = this.taken.get(fn);
    if (known) return known;
    const { acquires = [] } = this.view.analysis.summary(fn) ?? {};
    const taken = new Set(acquires.flatMap(({ key, id }) => (key === '' ? [] : [id])));
    this.taken.set(fn, taken);
    return taken;
  }
}
