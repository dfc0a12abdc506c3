import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef, Program } from '../../link/types.js';
import { plainExpr } from '../../skeleton/expressions/root.js';
import type { Event, EventId, Skeleton } from '../../skeleton/types.js';
import type { KnownCallers } from '../sight/callers.js';
import { leadsTo } from '../events/leads-to.js';
import type { Dependency } from '../edges/dependency.js';

/**
 * What a program does before it starts a thread, or after it has joined it, never runs concurrently with that thread.
 */
export class ThreadLife {
  constructor(
    private readonly program: Program,
    private readonly callers: KnownCallers,
  ) {}

  /** Whether one side runs in the program's first thread while the thread of the other does not exist. */
  areApart([one, other, third]: readonly Dependency[]): boolean {
    if (one === undefined || other === undefined || third !== undefined) return false;
    return this.isOutside(one, other) || this.isOutside(other, one);
  }

  private isOutside(inMain: Dependency, inThread: Dependency): boolean {
    const events = this.eventsInMain(inMain);
    const thread = this.topOf(inThread.root, BOUNDS.callersForThreadLife);
    if (events === undefined || thread === undefined || thread.name === events.main.name) return false;
    const skeleton = this.program.skeleton(events.main);
    if (skeleton === undefined) return false;
    const starts = this.eventsOf(skeleton, (event) => this.starts(skeleton, event, thread));
    // Other code may also start it.
    if (starts.length === 0 || this.namersOf(thread) !== 1) return false;
    const joins = (event: Event): boolean => this.joins(skeleton, event, starts);
    return starts.every((start) => events.at.every((at) => !leadsTo(skeleton, start.id, at, joins)));
  }

  /** Where the first thread does this: in its own function, or in one that it alone calls. */
  private eventsInMain({
    root,
    steps,
  }: Dependency): { main: FunctionRef; at: readonly EventId[] } | undefined {
    if (this.program.models.isProgramStart(root.name)) {
      const [first] = steps;
      return first && { main: root, at: [first.event] };
    }
    const calls = this.callers.of(root);
    const main = calls?.[0]?.caller;
    if (calls === undefined || main === undefined || !this.program.models.isProgramStart(main.name))
      return undefined;
    if (calls.some(({ caller }) => caller !== main)) return undefined;
    const skeleton = this.program.skeleton(main);
    const at =
      skeleton && this.eventsOf(skeleton, (event) => event.k === 'call' && event.callee === root.name);
    return at === undefined || at.length === 0 ? undefined : { main, at: at.map(({ id }) => id) };
  }

  /** The only function that leads to this one and that nobody calls by name. */
  private topOf(fn: FunctionRef, levels: number): FunctionRef | undefined {
    const callers = new Set(this.callers.of(fn)?.map(({ caller }) => caller));
    const [caller] = callers;
    if (caller === undefined) return fn;
    return callers.size > 1 || levels === 0 ? undefined : this.topOf(caller, levels - 1);
  }

  private namersOf({ file, name }: FunctionRef): number {
    return (
      this.program.outline(file)?.functions.filter(({ references }) => references.includes(name)).length ?? 0
    );
  }

  private eventsOf(skeleton: Skeleton, isWanted: (event: Event) => boolean): readonly Event[] {
    return skeleton.blocks.flatMap(({ events }) => events.filter(isWanted));
  }

  private starts(skeleton: Skeleton, event: Event, thread: FunctionRef): boolean {
    const api = event.k === 'register' ? this.program.models.api(event.api) : undefined;
    if (event.k !== 'register' || api?.startsThread !== true) return false;
    const given = plainExpr(skeleton, event.args[api.handlerArg ?? -1]);
    return given?.k === 'global' && given.name === thread.name;
  }

  /** Whether the event joins a thread that one of these has started, by the variable that identifies it. */
  private joins({ exprs }: Skeleton, event: Event, starts: readonly Event[]): boolean {
    const api = event.k === 'wait' ? this.program.models.api(event.api) : undefined;
    if (event.k !== 'wait' || api?.awaits !== 'kthread') return false;
    const awaited = event.args[api.arg ?? 0];
    return starts.every((start) => {
      const named = start.k === 'register' ? exprs[start.args[0] ?? -1] : undefined;
      return named?.k === 'address' && named.base === awaited;
    });
  }
}
