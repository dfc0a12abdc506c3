import type { Contexts, OutsideEntry } from '../../graph/contexts/contexts.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Quiet } from './quiet.js';

/** An item of a check: a function, or a text that identifies something else. */
export type CheckItem = FunctionRef | string;

/** Represents the work of a check before its first item and after its last one. */
const REST = '';

/**
 * The items of one check in one run. While demanded skeletons arrive, only the items that demanded them run
 * again. The others run once nothing is missing.
 */
export class Turns {
  private readonly asked = new Set<CheckItem>();
  private hasAskedOutside = false;
  private before: number;
  private current: CheckItem = REST;

  constructor(
    private readonly program: Program,
    /** The items that run; `undefined`: all. */
    readonly only: ReadonlySet<CheckItem> | undefined,
    /** Functions without findings, below which nothing has changed since. */
    private readonly quiet: Quiet,
  ) {
    this.before = program.demandsMade;
  }

  /** Whether anything demanded skeletons in this run. */
  get hasAsked(): boolean {
    return this.asked.size > 0 || this.hasAskedOutside;
  }

  /**
   * Items to run again, since they demanded skeletons. What the check does before its first item and after its last one
   * is done again in any case; the last sweep sees what that means for other items.
   */
  get again(): ReadonlySet<CheckItem> {
    return this.asked;
  }

  /** The item whose turn it is. */
  get item(): CheckItem {
    return this.current;
  }

  /** What follows belongs to an item that had its turn before. */
  resume(item: CheckItem): void {
    this.end();
    this.current = item;
  }

  /** So many demands since the current item began belong to work that all checks share. */
  exclude(demands: number): void {
    this.before += demands;
  }

  /** Whether to process an item. Demands from now on count as this item's. */
  has(item: CheckItem): boolean {
    this.end();
    if (this.only?.has(item) === false || (typeof item !== 'string' && this.quiet.functions.has(item)))
      return false;
    this.current = item;
    return true;
  }

  /**
   * The handlers whose turn it is, of those that run in such a context only. The author of a function that also runs in
   * another one had both in mind.
   */
  *handlers(
    contexts: Contexts,
    focus: ReadonlySet<string> | undefined,
    runsSo: (entry: OutsideEntry) => boolean,
  ): Generator<{ readonly fn: FunctionRef; readonly entry: OutsideEntry }> {
    for (const [fn, entries] of contexts.all()) {
      if (focus?.has(fn.file) === false || !this.has(`handler ${fn.id}`)) continue;
      const [entry] = entries;
      if (entry !== undefined && entries.every(runsSo)) yield { fn, entry };
    }
  }

  /** The current function has no findings, and only a change in its callees can alter that. */
  cameToNothing(fn: FunctionRef): void {
    if (this.program.demandsMade === this.before) this.quiet.functions.add(fn);
  }

  /** Ends the turn of the last item. */
  end(): void {
    const { demandsMade } = this.program;
    if (demandsMade > this.before) {
      if (this.current === REST) this.hasAskedOutside = true;
      else this.asked.add(this.current);
    }
    this.before = demandsMade;
    this.current = REST;
  }
}
