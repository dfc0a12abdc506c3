import type { FunctionRef, Program } from '../../link/types.js';
import type { Quiet } from './quiet.js';

/** What a check looks at one by one: a function, or some text that names it. */
export type Item = FunctionRef | string;

/** Stands for what a check does before its first item and after its last one. */
const REST = '';

/**
 * The items of one check in one run. While skeletons come in that were asked for, only those items have their turn
 * that asked: what all the others come to is found out once, when nothing is missing any more.
 */
export class Turns {
  private readonly asked = new Set<Item>();
  private before: number;
  private current: Item = REST;

  constructor(
    private readonly program: Program,
    /** The only items that have their turn; `undefined`: all. */
    readonly only: ReadonlySet<Item> | undefined,
    /** Functions that came to nothing before, and below which nothing has changed since. */
    private readonly quiet: Quiet,
  ) {
    this.before = program.demandsMade;
  }

  /** Whether anything asked for skeletons in this run. */
  get hasAsked(): boolean {
    return this.asked.size > 0;
  }

  /** Items that did, which are to have their turn again; `undefined`: all. */
  get again(): ReadonlySet<Item> | undefined {
    return this.asked.has(REST) ? undefined : this.asked;
  }

  /** Whether an item is to be looked at; what is asked for from now on, it asks for. */
  has(item: Item): boolean {
    this.end();
    if (this.only?.has(item) === false || (typeof item !== 'string' && this.quiet.functions.has(item)))
      return false;
    this.current = item;
    return true;
  }

  /** The function that has its turn comes to nothing, and nothing but what it calls could change that. */
  cameToNothing(fn: FunctionRef): void {
    if (this.program.demandsMade === this.before) this.quiet.functions.add(fn);
  }

  /** The last item had its turn. */
  end(): void {
    const { demandsMade } = this.program;
    if (demandsMade > this.before) this.asked.add(this.current);
    this.before = demandsMade;
    this.current = REST;
  }
}
