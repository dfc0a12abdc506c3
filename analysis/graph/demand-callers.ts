import { MAX_LEVEL } from '../effects/apply.js';
import { needsCallers } from '../effects/lift.js';
import type { Effects } from '../effects/types.js';
import type { FunctionRef, Program } from '../link/types.js';
import { NO_LOCK_NAME, PROMISES } from '../models/asserted.js';
import type { FunctionAnnotation } from '../outline/types.js';

/**
 * Asks for the callers of functions that lock for them, or that take a lock only the caller knows: what such
 * a caller holds cannot be told without looking into it, though it has no lock call of its own. Who calls
 * whom stays the same while no file changes, so a function whose effects are the same is not asked about twice.
 */
export class CallerDemands {
  private asked = new WeakSet<Effects>();
  private handedOut = new Set<string>();
  private asking = 0;
  private filesSet = -1;

  constructor(private readonly program: Program) {}

  /** Begins a round: who calls whom may have changed with the files. */
  begin(): void {
    if (this.filesSet === this.program.filesSet) return;
    this.filesSet = this.program.filesSet;
    this.asked = new WeakSet();
    this.handedOut = new Set();
    this.asking = 0;
    demandOfPrototypes(this.program);
  }

  add(effects: Effects): void {
    if (this.asked.has(effects)) return;
    this.asked.add(effects);
    const { program } = this;
    const { fn } = effects;
    const parameter = needsCallers(effects);
    if (!parameter && !locksForCaller(effects)) return;
    for (const caller of program.callers(fn)) {
      if (!program.hasSkeleton(caller)) program.demand(caller, parameter ? 'parameter' : 'wrapper');
    }
    if (!parameter && fn.item !== undefined) this.handedOut.add(fn.name);
  }

  /** Ends it: calls through fields are looked through for all functions at once. */
  end(): void {
    if (this.handedOut.size > this.asking) demandThroughSlots(this.program, this.handedOut);
    this.asking = this.handedOut.size;
  }
}

function locksForCaller(effects: Effects): boolean {
  return (
    effects.level < MAX_LEVEL &&
    effects.exits.some((exit) => exit.acquired.length > 0 || exit.released.length > 0)
  );
}

/** The same for functions without body of which a prototype says that they lock for their callers. */
function demandOfPrototypes(program: Program): void {
  const names = new Set<string>();
  for (const [file, { outline }] of program.files) {
    for (const { name, annotations } of outline.prototypes) {
      if (!annotations.some(isPromise) || program.models.lockApi(name) !== undefined) continue;
      if (program.resolveCall(name, file).length === 0) names.add(name);
    }
  }
  if (names.size === 0) return;
  for (const fn of program.functions()) {
    const calls = fn.item?.calls.some((name) => names.has(name)) === true;
    if (calls && !program.hasSkeleton(fn)) program.demand(fn, 'wrapper');
  }
}

function isPromise({ name, argument }: FunctionAnnotation): boolean {
  return PROMISES.has(name) && !NO_LOCK_NAME.test(argument.trim());
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
