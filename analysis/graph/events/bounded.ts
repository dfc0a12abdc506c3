import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { CallSummary, FunctionSummary } from '../../summaries/state/types.js';
import { aliasOf } from '../../link/names/symbols.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { FileOutline, FunctionItem, MacroItem } from '../../outline/types.js';
import { ByDistance } from './by-distance.js';

/** A memoized property of a function together with everything within a number of calls below it. */
export class Bounded<T> {
  private readonly known = new ByDistance<T>();

  /** `join` combines a function's own value with those below; it need not consume them all. */
  constructor(
    private readonly callees: (fn: FunctionRef) => Iterable<FunctionRef>,
    private readonly own: (fn: FunctionRef) => T,
    private readonly join: (own: T, below: Iterable<T>) => T,
  ) {}

  of(fn: FunctionRef, calls: number): T {
    return this.known.of(fn, calls, () => {
      const own = this.own(fn);
      return calls > 0 ? this.join(own, this.below(fn, calls - 1)) : own;
    });
  }

  private *below(fn: FunctionRef, calls: number): Generator<T> {
    for (const callee of this.callees(fn)) if (callee !== fn) yield this.of(callee, calls);
  }
}

/** Of one function: within how many calls the property holds, and within how many it does not. */
interface Reached {
  holds: number;
  fails: number;
}

/**
 * A memoized property of a function or of anything within a number of calls below it. What holds within some calls holds
 * within more, so one pair of numbers answers for every number of calls, and no answer depends on the order of queries.
 */
export class Within {
  private readonly known = new Map<FunctionRef, Reached>();

  constructor(
    private readonly callees: (fn: FunctionRef) => Iterable<FunctionRef>,
    private readonly own: (fn: FunctionRef) => boolean,
  ) {}

  of(fn: FunctionRef, calls: number): boolean {
    let known = this.known.get(fn);
    if (known === undefined)
      this.known.set(fn, (known = this.own(fn) ? { holds: 0, fails: -1 } : { holds: Infinity, fails: 0 }));
    if (calls >= known.holds) return true;
    if (calls <= known.fails) return false;
    for (const callee of this.callees(fn)) {
      if (callee === fn || !this.of(callee, calls - 1)) continue;
      known.holds = Math.min(known.holds, calls);
      return true;
    }
    known.fails = calls;
    return false;
  }
}

/**
 * Whether a property holds for a function or for one within a number of calls. By default, calls with one target are
 * followed.
 */
export function within(
  around: Surroundings,
  own: (fn: FunctionRef) => boolean,
  callees: Callees = certainCallees,
): Within {
  return new Within((fn) => callees(around, fn), own);
}

type Callees = (around: Surroundings, fn: FunctionRef) => readonly FunctionRef[];

const NONE: readonly FunctionRef[] = [];

/**
 * The callees of a function: the targets of its calls, or the called names if it is not interpreted. Kept for
 * interpreted functions: several checks query it at every distance, in every run.
 */
function calleesBy(
  targetsOf: (call: CallSummary) => FunctionRef | readonly FunctionRef[],
  kept: WeakMap<FunctionSummary, readonly FunctionRef[]>,
): Callees {
  return (around, fn) => {
    const summary = around.summaryOf(fn);
    if (summary === undefined) return around.program.callees(fn);
    if (summary.calls.length === 0) return NONE;
    let known = kept.get(summary);
    if (known === undefined) kept.set(summary, (known = summary.calls.flatMap(targetsOf)));
    return known;
  };
}

const certain = new WeakMap<FunctionSummary, readonly FunctionRef[]>();
const beside = new WeakMap<FunctionSummary, readonly FunctionRef[]>();

const certainCallees = calleesBy((call) => target(call) ?? NONE, certain);
const alike = new WeakMap<FunctionSummary, readonly FunctionRef[]>();
/** The targets that {@link targetsBeside} returns, or the first that {@link targetsInFolder} does: of a property that all must have. */
export const calleesAlike = calleesBy(
  (call) => besideOr(call, () => targetsInFolder(call).slice(0, 1)),
  alike,
);
const inFolder = new WeakMap<FunctionSummary, readonly FunctionRef[]>();
/** The targets that {@link targetsBeside} returns, or those of {@link targetsInFolder}: of a property that any may have. */
export const calleesInFolder = calleesBy((call) => besideOr(call, () => targetsInFolder(call)), inFolder);
/** The targets that {@link targetsBeside} returns. */
export const calleesBeside = calleesBy(targetsBeside, beside);

/**
 * The names that a function calls, by its outline. A macro calls what the macros of its file call that it uses: a body of one
 * is expanded in the body of the other, so that it is as near whether or not the body is at hand.
 */
export function namesCalled(program: Program, { item, macro, file }: FunctionRef): readonly string[] {
  if (macro === undefined) return item?.calls ?? NO_NAMES;
  const outline = macro.calls.length === 0 ? undefined : program.outline(file);
  if (outline === undefined) return macro.calls;
  let known = called.get(outline);
  if (known === undefined) called.set(outline, (known = new Map()));
  let names = known.get(macro);
  if (names === undefined) known.set(macro, (names = withMacrosUsed(macro, outline.macros)));
  return names;
}

/** By file, what its macros call: they are asked for in every run, at every distance. */
const called = new WeakMap<FileOutline, Map<MacroItem, readonly string[]>>();

/** What a macro calls, and what the macros call that it uses, directly or by others that rename them. */
function withMacrosUsed({ calls }: MacroItem, macros: readonly MacroItem[]): readonly string[] {
  const names = new Set(calls);
  const meant = new Set(calls);
  for (let before = 0; before < meant.size;) {
    before = meant.size;
    for (const macro of macros) {
      if (!meant.has(macro.name)) continue;
      const other = aliasOf(macro);
      if (other !== undefined) meant.add(other);
      if (macro.parameters === undefined) continue;
      for (const name of macro.calls) {
        names.add(name);
        meant.add(name);
      }
    }
  }
  return [...names];
}

const NO_NAMES: readonly string[] = [];

/** The functions and macros of some files, and what these call within a number of calls. */
export function calledFrom(
  program: Program,
  files: Iterable<string>,
  calls: number,
): ReadonlySet<FunctionRef> {
  const found = new Set<FunctionRef>();
  for (const file of files) {
    const { functions = [], macros = [] } = program.outline(file) ?? {};
    const all = [
      ...functions.map((_, index) => program.functionAt(file, index)),
      ...macros.map((_, index) => program.macroAt(file, index)),
    ];
    for (const fn of all) if (fn !== undefined) found.add(fn);
  }
  let rim: readonly FunctionRef[] = [...found];
  for (let distance = 0; distance < calls; distance++) {
    rim = rim.flatMap((fn) => program.callees(fn)).filter((fn) => !found.has(fn));
    for (const fn of rim) found.add(fn);
  }
  return found;
}

/** The functions of a file that call through a member of one of these names, or of which `isOther` holds. */
export function callersThrough(
  program: Program,
  file: string,
  members: ReadonlySet<string>,
  isOther?: (item: FunctionItem) => boolean,
): readonly FunctionRef[] {
  return (program.outline(file)?.functions ?? []).flatMap((item, index) =>
    item.indirectCalls.some((member) => members.has(member)) || isOther?.(item) === true
      ? (program.functionAt(file, index) ?? [])
      : [],
  );
}

/** The single target of a call; `undefined` if it may have several. */
export function target(call: CallSummary): FunctionRef | undefined {
  return call.callee === undefined || call.targets.length === 1 ? call.targets[0] : undefined;
}

/**
 * The target of a call, or all targets of a call through a pointer if they are few and stand together: in the file of the
 * call, or in another one of its folder.
 */
export function targetsBeside(call: CallSummary): readonly FunctionRef[] {
  const one = target(call);
  if (one !== undefined) return [one];
  const { targets, site } = call;
  const home = targets[0]?.file;
  const areNear =
    targets.length <= BOUNDS.targetsBeside &&
    home !== undefined &&
    folderOf(home) === folderOf(site.fn.file) &&
    targets.every(({ file }) => file === home);
  return areNear ? targets : NONE;
}

function besideOr(call: CallSummary, others: () => readonly FunctionRef[]): readonly FunctionRef[] {
  const beside = targetsBeside(call);
  return beside.length > 0 ? beside : others();
}

/** All targets of a call through a pointer, if they are in the folder of the call: only what all of them do is certain. */
export function targetsInFolder({ callee, targets, site }: CallSummary): readonly FunctionRef[] {
  const home = folderOf(site.fn.file);
  const areNear = targets.every(({ file }) => folderOf(file) === home);
  return callee !== undefined && areNear && targets.length <= BOUNDS.targetsInFolder ? targets : NONE;
}

/**
 * The targets of a call through a member that only this function of the folder makes, and nobody calls by name: whatever
 * object is served, its function runs where this one does.
 */
export function targetsCalledHere(program: Program, call: CallSummary): readonly FunctionRef[] {
  const targets = targetsInFolder(call);
  const place = call.callee?.k === 'deref' ? call.callee.base : call.callee;
  if (targets.length < 2 || place?.k !== 'field') return [];
  const { fn } = call.site;
  const member = new Set([place.name]);
  const isElsewhere = (file: string): boolean =>
    callersThrough(program, file, member).some((caller) => caller !== fn);
  if (program.filesIn(folderOf(fn.file)).some(isElsewhere)) return [];
  return targets.filter((target) => program.callers(target).length === 0);
}
