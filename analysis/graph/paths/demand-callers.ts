import { everyExit } from '../../summaries/solver/exits.js';
import { lastMember } from '../../outline/designators.js';
import { BOUNDS } from '../../base/bounds.js';
import { leavesOff } from '../../summaries/state/context.js';
import { needsCallers } from '../../summaries/interpret/lift.js';
import type { FunctionSummary } from '../../summaries/state/types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import { NO_LOCK_NAME, PROMISES } from '../../models/asserted.js';
import type { FileOutline, FunctionAnnotation } from '../../outline/types.js';
import { isHead } from '../../skeleton/macros/macro-table.js';
import type { FileSummary } from '../../skeleton/types.js';

/** Items visited between two yields. */
const FILES_AT_ONCE = 64;
const FUNCTIONS_AT_ONCE = 1024;

type Steps = Generator<undefined, void>;

/**
 * Demands the callers of functions that lock for their callers, or that acquire a lock only the caller knows. The locks
 * that such a caller holds are unknown without its skeleton, even if it has no lock call of its own. Call relations are
 * fixed while no file changes, so a function with an unchanged summary is not queried twice.
 */
export class CallerDemands {
  private asked = new WeakSet<FunctionSummary>();
  /** Names of functions that lock for their callers. */
  private readonly handedOut = new Set<string>();
  private hasNews = false;
  /** Fields through which they are called. */
  private fields: ReadonlySet<string> = new Set();
  private filesSet = -1;
  private readonly prototypes: PrototypeDemands;
  /** Files whose macros were returned. */
  private readonly visited = new WeakSet<FileSummary>();
  /** {@link Program.filesSet} when {@link macros} last came to its end. */
  private macrosOf = -1;

  constructor(private readonly program: Program) {
    this.prototypes = new PrototypeDemands(program);
  }

  /** Begins a round: call relations may have changed with the files. */
  *begin(): Steps {
    const { filesSet } = this.program;
    if (this.filesSet === filesSet) return;
    this.asked = new WeakSet();
    yield* this.prototypes.demand();
    this.filesSet = filesSet;
  }

  /**
   * The macros that lock and that no model describes, of files not visited before; `undefined` where work may pause. A
   * function that locks only through a macro of a header has no lock call of its own, so the summary of the macro has to
   * demand it.
   */
  *macros(): Generator<FunctionRef | undefined> {
    const { program, visited } = this;
    const { filesSet } = program;
    if (this.macrosOf === filesSet) return;
    let done = 0;
    for (const [file, summary] of program.files) {
      if (++done % FILES_AT_ONCE === 0) yield undefined;
      if (summary.macroSkeletons.size === 0 || visited.has(summary)) continue;
      for (const index of summary.macroSkeletons.keys()) {
        const macro = program.macroAt(file, index);
        if (macro !== undefined && program.models.lockApi(macro.name) === undefined) yield macro;
      }
      // A cancelled run leaves the file to the next one.
      visited.add(summary);
    }
    this.macrosOf = filesSet;
  }

  add(summary: FunctionSummary): void {
    if (this.asked.has(summary)) return;
    this.asked.add(summary);
    const { program } = this;
    const { fn } = summary;
    const why = concernsCallers(summary);
    if (why === undefined) return;
    for (const caller of callersThroughHeads(program, fn))
      if (!program.hasSkeleton(caller)) program.demand(caller, why);
    if (why === 'wrapper' && fn.item !== undefined) {
      this.handedOut.add(fn.name);
      this.hasNews = true;
    }
  }

  /**
   * Adds a function without skeleton that is new in its file and may call functions that were queried before.
   * @param summaryOf summaries of interpreted functions
   */
  addCaller(caller: FunctionRef, summaryOf: (fn: FunctionRef) => FunctionSummary | undefined): void {
    const { program } = this;
    if (callsOneOf(caller, this.fields)) {
      program.demand(caller, 'wrapper');
      return;
    }
    const callees = program.callees(caller);
    const heads = callees.filter((callee) => isHeadIn(callee, caller.file));
    for (const callee of [...callees, ...heads.flatMap((head) => program.callees(head))]) {
      const summary = summaryOf(callee);
      const why = summary && concernsCallers(summary);
      if (why === undefined) continue;
      program.demand(caller, why);
      return;
    }
  }

  /** Ends the round: searches calls through fields for all functions at once. */
  *end(): Steps {
    if (!this.hasNews) return;
    this.fields = yield* fieldsHolding(this.program, this.handedOut);
    yield* demandThroughSlots(this.program, this.fields);
    this.hasNews = false;
  }
}

/**
 * The callers of a function, and of the heads of loops that call it: `for_each_locked(x) { … }` calls in the function that
 * uses it.
 */
function* callersThroughHeads(program: Program, fn: FunctionRef): Generator<FunctionRef> {
  for (const caller of program.callers(fn)) {
    yield caller;
    if (!isHeadIn(caller, caller.file)) continue;
    for (const user of program.callers(caller)) if (user.file === caller.file) yield user;
  }
}

/** Whether it is the head of a loop that functions of this file expand. Elsewhere its text is unknown. */
function isHeadIn({ macro, file }: FunctionRef, user: string): boolean {
  return macro !== undefined && file === user && isHead(macro);
}

/** Why the callers of a function must be analysed; `undefined` if its summary does not concern them. */
function concernsCallers(summary: FunctionSummary): 'parameter' | 'wrapper' | undefined {
  // The arguments of a macro are unknown, so its users add no information.
  if (summary.fn.macro === undefined && needsCallers(summary)) return 'parameter';
  return locksForCaller(summary) ? 'wrapper' : undefined;
}

/**
 * Whether it locks for its callers, or leaves interrupts or preemption off. If it only enables them, it ends a caller's
 * section, and that caller is already known to switch them.
 */
function locksForCaller(summary: FunctionSummary): boolean {
  return (
    summary.level < BOUNDS.wrapperLevels &&
    everyExit(summary).some(
      ({ acquired, released, context }) => acquired.length > 0 || released.length > 0 || leavesOff(context),
    )
  );
}

/** The same for functions without a body whose prototype declares that they lock for their callers. */
class PrototypeDemands {
  /** Outlines already searched for callers of these names. */
  private looked = new WeakSet<FileOutline>();
  private names: ReadonlySet<string> = new Set();

  constructor(private readonly program: Program) {}

  *demand(): Steps {
    const { program } = this;
    const names = new Set<string>();
    let done = 0;
    for (const _ of program.facts.prepare(promisesIn)) yield;
    for (const [file, promised] of program.facts.of(promisesIn)) {
      if (++done % FILES_AT_ONCE === 0) yield;
      for (const name of promised) if (program.resolveCall(name, file).length === 0) names.add(name);
    }
    if (names.size !== this.names.size || [...names].some((name) => !this.names.has(name))) {
      this.names = names;
      this.looked = new WeakSet();
    }
    if (names.size === 0) return;
    for (const [file, { outline }] of program.files) {
      if (++done % FILES_AT_ONCE === 0) yield;
      if (this.looked.has(outline)) continue;
      this.looked.add(outline);
      for (const [index, { calls }] of outline.functions.entries()) {
        if (!calls.some((name) => names.has(name))) continue;
        const fn = program.functionAt(file, index);
        if (fn !== undefined && !program.hasSkeleton(fn)) program.demand(fn, 'wrapper');
      }
    }
  }
}

/** Names of prototypes with lock annotations. */
function promisesIn({ prototypes }: FileOutline, models: Models): readonly string[] | undefined {
  const promising = prototypes.filter(
    ({ name, annotations }) => annotations.some(isPromise) && models.lockApi(name) === undefined,
  );
  return promising.length === 0 ? undefined : promising.map(({ name }) => name);
}

function isPromise({ name, argument }: FunctionAnnotation): boolean {
  return PROMISES.has(name) && !NO_LOCK_NAME.test(argument.trim());
}

/** Fields that an initialiser fills with one of these functions. */
function* fieldsHolding(
  program: Program,
  names: ReadonlySet<string>,
): Generator<undefined, ReadonlySet<string>> {
  const fields = new Set<string>();
  let done = 0;
  for (const { outline } of program.files.values()) {
    if (++done % FILES_AT_ONCE === 0) yield;
    for (const { members } of outline.variables) {
      for (const { field, value } of members) {
        if (names.has(value)) fields.add(lastMember(field));
      }
    }
  }
  return fields;
}

/** Demands the functions that call through such a field. */
function* demandThroughSlots(program: Program, fields: ReadonlySet<string>): Steps {
  if (fields.size === 0) return;
  let done = 0;
  for (const fn of program.functions()) {
    if (++done % FUNCTIONS_AT_ONCE === 0) yield;
    if (callsOneOf(fn, fields) && !program.hasSkeleton(fn)) program.demand(fn, 'wrapper');
  }
}

function callsOneOf(fn: FunctionRef, fields: ReadonlySet<string>): boolean {
  return fn.item?.indirectCalls.some((field) => fields.has(field)) === true;
}
