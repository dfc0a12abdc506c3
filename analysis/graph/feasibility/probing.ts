import { namesCalled } from '../events/bounded.js';
import { lastMember } from '../../outline/designators.js';
import { BOUNDS } from '../../base/bounds.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { Site } from '../../summaries/state/types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import { absolute } from '../../base/span.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { KnownCallers } from '../sight/callers.js';

/**
 * Recognises paths on which a device is being probed and nothing has published it or started anything for it, or is being
 * started again after it was stopped. Code that serves a device in use does not run yet.
 */
export class Probing {
  private readonly program: Program;

  constructor(
    private readonly around: Surroundings,
    private readonly callers: KnownCallers,
  ) {
    this.program = around.program;
  }

  /** Whether the path runs only during a probe. */
  isEarly(steps: readonly Site[]): boolean {
    const [first] = steps;
    if (first === undefined) return false;
    return (
      steps.every(({ fn, span }) => !this.opens(fn, span.line)) &&
      (steps.some(({ fn }) => this.isProbe(fn)) || this.isCalledEarly(first.fn, BOUNDS.callersForHandlerLife))
    );
  }

  /**
   * The operations that have stopped a device where a path runs, if it runs only in operations that start it again:
   * `suspend` for a path of `resume`.
   */
  stoppedBefore(steps: readonly Site[]): readonly FunctionRef[] {
    for (const { fn } of steps) {
      const stops = this.stopsBefore(fn, BOUNDS.callersForHandlerLife);
      if (stops.length > 0) return stops;
    }
    return [];
  }

  private stopsBefore(fn: FunctionRef, levels: number): readonly FunctionRef[] {
    const { models } = this.program;
    const all: FunctionRef[] = [];
    let uses = 0;
    for (const { members } of this.program.outline(fn.file)?.variables ?? []) {
      for (const { field, value } of members) {
        if (value !== fn.name) continue;
        uses++;
        // A table may be part of the variable: `.driver = { .suspend = …, .resume = … }`.
        const last = lastMember(field);
        const before = models.stoppedBefore(last);
        const path = field.slice(0, field.length - last.length);
        const stop = members.find((one) => before !== undefined && one.field === path + before);
        const found = stop === undefined ? [] : this.program.resolveCall(stop.value, fn.file);
        if (found.length === 0) return [];
        all.push(...found);
      }
    }
    const calls = uses > 0 ? this.callers.seen(fn) : this.callers.ofModule(fn);
    if (calls === undefined || (calls.length > 0 && levels === 0)) return [];
    for (const { caller } of calls) {
      const stops = this.stopsBefore(caller, levels - 1);
      if (stops.length === 0) return [];
      all.push(...stops);
    }
    return [...new Set(all)];
  }

  /** Whether all calls of a function are made while probing, before anything starts. */
  private isCalledEarly(fn: FunctionRef, levels: number): boolean {
    const calls = levels === 0 ? undefined : this.callers.ofModule(fn);
    if (calls === undefined || calls.length === 0) return false;
    return calls.every(({ caller }) =>
      this.linesOf(caller, fn).every(
        (line) =>
          !this.opens(caller, line) && (this.isProbe(caller) || this.isCalledEarly(caller, levels - 1)),
      ),
    );
  }

  private linesOf(caller: FunctionRef, callee: FunctionRef): readonly number[] {
    const calls =
      this.around.summaryOf(caller)?.calls.filter(({ targets }) => targets.includes(callee)) ?? [];
    // A caller whose summary is unknown may call it anywhere.
    return calls.length === 0 ? [Infinity] : calls.map(({ site }) => site.span.line);
  }

  /** Whether `fn` calls, before a line, a function that publishes a device or starts a handler. */
  private opens(fn: FunctionRef, before: number): boolean {
    const skeleton = this.program.skeleton(fn);
    if (skeleton === undefined || before === Infinity) return this.leadsOut(fn, BOUNDS.callsToStop);
    for (const event of eventsOf(skeleton)) {
      if (absolute(event.at, fn.line).line >= before || event.k === 'assign') continue;
      const name = event.k === 'call' ? event.callee : event.api;
      if (typeof name !== 'string') continue;
      if (this.program.models.opensDevice(name)) return true;
      if (event.k !== 'call') continue;
      if (this.program.resolveCall(name, fn.file).some((callee) => this.leadsOut(callee, BOUNDS.callsToStop)))
        return true;
    }
    return false;
  }

  private leadsOut(fn: FunctionRef, calls: number): boolean {
    const names = namesCalled(this.program, fn);
    if (names.some((name) => this.program.models.opensDevice(name))) return true;
    return calls > 0 && this.program.callees(fn).some((callee) => this.leadsOut(callee, calls - 1));
  }

  /** Whether a table of the file names it as the function that probes a device. */
  private isProbe({ file, name }: FunctionRef): boolean {
    return (
      this.program
        .outline(file)
        ?.variables.some(({ members }) =>
          members.some(
            ({ field, value }) => value === name && this.program.models.isProbe(lastMember(field)),
          ),
        ) === true
    );
  }
}
