import { MAX_LEVEL } from '../effects/apply.js';
import { needsCallers } from '../effects/lift.js';
import type { Effects } from '../effects/types.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { Collected } from './collect.js';

/**
 * Asks for the callers of functions that lock for them, or that take a lock only the caller knows: what such
 * a caller holds cannot be told without looking into it, though it has no lock call of its own. Who calls
 * whom stays the same while no file changes, so a function whose effects are the same is not asked about twice.
 */
export class CallerDemands {
  private asked = new WeakSet<Effects>();
  private handedOut = new Set<string>();
  private filesSet = -1;

  demand(collected: Collected): void {
    const { program } = collected;
    if (this.filesSet !== program.filesSet) {
      this.filesSet = program.filesSet;
      this.asked = new WeakSet();
      this.handedOut = new Set();
    }
    const known = this.handedOut.size;
    for (const [fn, effects] of collected.effects) {
      if (this.asked.has(effects)) continue;
      this.asked.add(effects);
      const parameter = needsCallers(effects);
      if (!parameter && !locksForCaller(effects)) continue;
      for (const caller of program.callers(fn)) {
        if (!program.hasSkeleton(caller)) program.demand(caller, parameter ? 'parameter' : 'wrapper');
      }
      if (!parameter && fn.item !== undefined) this.handedOut.add(fn.name);
    }
    if (this.handedOut.size > known) demandThroughSlots(program, this.handedOut);
  }
}

function locksForCaller(effects: Effects): boolean {
  return (
    effects.level < MAX_LEVEL &&
    effects.exits.some((exit) => exit.acquired.length > 0 || exit.released.length > 0)
  );
}

/** The same for calls through a field that an initialiser fills with such a function. */
function demandThroughSlots(program: Program, names: ReadonlySet<string>): void {
  const fields = new Set<string>();
  for (const { outline } of program.files.values()) {
    for (const { members } of outline.variables) {
      for (const { field, value } of members) {
        if (names.has(value)) fields.add(field.slice(field.lastIndexOf('.') + 1));
      }
    }
  }
  if (fields.size === 0) return;
  for (const fn of program.functions()) {
    if (callsOneOf(fn, fields) && !program.hasSkeleton(fn)) program.demand(fn, 'wrapper');
  }
}

function callsOneOf(fn: FunctionRef, fields: ReadonlySet<string>): boolean {
  return fn.item?.indirectCalls.some((field) => fields.has(field)) === true;
}
