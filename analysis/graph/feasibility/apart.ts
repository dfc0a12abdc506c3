import { BOUNDS } from '../../base/bounds.js';
import { baseOf } from '../../base/ctype.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { Site } from '../../summaries/state/types.js';
import { areNested, folderOf } from '../../base/paths.js';
import type { FunctionRef, Program } from '../../link/types.js';
import { namedAsValues } from '../../outline/named.js';
import { partsOfDriver } from '../../link/files/one-driver.js';
import type { FileOutline } from '../../outline/types.js';
import type { Dependency } from '../edges/dependency.js';

/** Functions of one directory that a path goes through. */
type Home = ReadonlySet<string>;

/**
 * Distinguishes objects of a common layer by their implementation: a disk, quota or device belongs to one driver or
 * file system, and others never work on it.
 */
export class Apart {
  private makers: ReadonlyMap<string, ReadonlySet<string>> | undefined;

  constructor(private readonly around: Surroundings) {}

  /** Two directories whose code can never work on one object of these records; `undefined` if there are none. */
  owners(first: Dependency, second: Dependency, records: ReadonlySet<string>): readonly string[] | undefined {
    return this.apart(
      homesOf([...first.steps, ...first.holdSteps]),
      homesOf([...second.steps, ...second.holdSteps]),
      (a, b) => this.bothMake(a, b) || this.bothImplement(first, a, second, b, records),
    );
  }

  /** Two directories on these paths, one for each, with a driver each; `undefined` if there are none. */
  drivers(first: readonly Site[], second: readonly Site[]): readonly string[] | undefined {
    return this.apart(homesOf(first), homesOf(second), (a, b) => this.bothMake(a, b));
  }

  /**
   * A user of each side, if the sides begin in two files of a library that have no user in common; `undefined` if not all
   * users are visible.
   */
  users(first: Dependency, second: Dependency): readonly string[] | undefined {
    const [one, other] = [first.root, second.root];
    const [here, there] = [folderOf(one.file), folderOf(other.file)];
    if (one.file === other.file || !(here === there || areNested(here, there))) return undefined;
    const mine = this.usersOf(one.file);
    const theirs = mine.size === 0 ? NONE : this.usersOf(other.file);
    const isShared = [...mine].some((a) => [...theirs].some((b) => a === b || areNested(a, b)));
    const [a] = [...mine].sort();
    const [b] = [...theirs].sort();
    return isShared || a === undefined || b === undefined ? undefined : [a, b];
  }

  /**
   * The other directories whose code calls what a file offers, or the files beside it that use it; none if other code may
   * enter it, as it does a file that registers itself.
   */
  private usersOf(file: string): ReadonlySet<string> {
    const { program } = this.around;
    const users = new Set<string>();
    const files = new Set([file]);
    for (const at of files) {
      const outline = program.outline(at);
      if (outline === undefined || files.size > BOUNDS.filesToUsers || startsItself(outline)) return NONE;
      let passed: ReadonlySet<string> | undefined;
      for (const [index, { isStatic }] of outline.functions.entries()) {
        const fn = isStatic ? undefined : program.functionAt(at, index);
        if (fn === undefined) continue;
        const callers = program.callers(fn);
        // Nobody calls what a macro leaves out, unless a table or another function passes it on.
        if (callers.length === 0 && (passed ??= new Set(namedAsValues(outline))).has(fn.name)) return NONE;
        for (const caller of callers) {
          if (folderOf(caller.file) === folderOf(file)) files.add(caller.file);
          else users.add(folderOf(caller.file));
        }
      }
    }
    return users;
  }

  private apart(
    here: Home,
    there: Home,
    areApart: (a: string, b: string) => boolean,
  ): readonly string[] | undefined {
    const mine = [...here].filter((home) => !there.has(home));
    const theirs = [...there].filter((home) => !here.has(home));
    for (const a of mine) {
      for (const b of theirs) if (!areNested(a, b) && areApart(a, b)) return [a, b];
    }
    return undefined;
  }

  /**
   * A call through a pointer that leads from a driver into another one, although the driver has a function of its own
   * for that pointer.
   */
  strays(steps: readonly Site[]): FunctionRef | undefined {
    const files = new Set<string>();
    for (const [i, { fn, event }] of steps.entries()) {
      const next = steps[i + 1]?.fn;
      const homes = new Set([...files].map(folderOf));
      // Drivers are often in the same folder as their layer, so the layer's folder does not count as the path's own.
      homes.delete(folderOf(fn.file));
      const isOwn = ({ file }: FunctionRef): boolean => files.has(file) || homes.has(folderOf(file));
      const calls = this.around.summaryOf(fn)?.calls ?? [];
      const strays =
        next !== undefined &&
        folderOf(next.file) !== folderOf(fn.file) &&
        !isOwn(next) &&
        calls.some(
          ({ site, callee, targets }) =>
            site.event === event && callee !== undefined && targets.includes(next) && targets.some(isOwn),
        );
      if (strays) return next;
      files.add(fn.file);
    }
    return undefined;
  }

  /**
   * Whether each directory has a table that makes it the only owner of its objects: a PCI driver, a kind of file
   * system.
   */
  private bothMake(a: string, b: string): boolean {
    const [mine, theirs] = [this.madeIn(a), this.madeIn(b)];
    return [...mine].some((type) => theirs.has(type));
  }

  /** Types of the owners' tables in a directory, or in the nearest enclosing one that has any. */
  private madeIn(home: string): ReadonlySet<string> {
    this.makers ??= this.findMakers();
    for (let at = home; at.includes('/'); at = folderOf(at)) {
      const types = this.makers.get(at);
      if (types !== undefined) return types;
    }
    return NONE;
  }

  private findMakers(): ReadonlyMap<string, ReadonlySet<string>> {
    const { program, models } = this.around;
    const found = new Map<string, Set<string>>();
    for (const [path, { outline }] of program.files) {
      for (const { type, isExtern } of outline.variables) {
        if (isExtern || !models.isOwnersTable(baseOf(type))) continue;
        const home = folderOf(path);
        const types = found.get(home);
        if (types === undefined) found.set(home, new Set([baseOf(type)]));
        else types.add(baseOf(type));
      }
    }
    // A layer with users has drivers next to it. A driver below it may be a part of it: fs/ocfs2/dlmfs.
    const homes = [...found.keys()];
    for (const home of homes)
      if (homes.filter((other) => other.startsWith(`${home}/`)).length > 1) found.delete(home);
    return found;
  }

  /**
   * Whether both paths go through an operation of one kind on an object of one of the records, each through its own
   * implementation.
   */
  private bothImplement(
    first: Dependency,
    a: string,
    second: Dependency,
    b: string,
    records: ReadonlySet<string>,
  ): boolean {
    const mine = this.operationsIn(first, a, records);
    if (mine.size === 0) return false;
    const theirs = this.operationsIn(second, b, records);
    return [...mine].some((record) => theirs.has(record));
  }

  /** The tables containing functions of a path in a directory that receive an object of the records. */
  private operationsIn(side: Dependency, home: string, records: ReadonlySet<string>): ReadonlySet<string> {
    const found = new Set<string>();
    for (const { fn } of [...side.steps, ...side.holdSteps]) {
      if (folderOf(fn.file) !== home) continue;
      const isGiven = fn.item?.parameters.some(({ type }) => records.has(baseOf(type))) === true;
      if (!isGiven) continue;
      for (const { type, members } of this.around.program.outline(fn.file)?.variables ?? [])
        if (members.some(({ value }) => value === fn.name)) found.add(baseOf(type));
    }
    return found;
  }
}

/**
 * Whether one side runs in a driver whose ids name the operations of its devices, and the other side calls a function of
 * other operations of that kind through a pointer.
 */
export function areOfOtherIds(around: Surroundings, first: Dependency, second: Dependency): boolean {
  return callsPastIds(around, first, second) || callsPastIds(around, second, first);
}

function callsPastIds(around: Surroundings, driver: Dependency, side: Dependency): boolean {
  const named = namedByIds(around, driver.root);
  if (named.size === 0) return false;
  const { program } = around;
  const isOther = ({ file, name, item }: FunctionRef): boolean => {
    const files = item?.isStatic === true ? [file] : program.filesIn(folderOf(file));
    const own = files
      .flatMap((one) => program.outline(one)?.variables ?? [])
      .filter(({ type, members }) => named.has(baseOf(type)) && members.some(({ value }) => value === name));
    return own.length > 0 && own.every((table) => named.get(baseOf(table.type))?.has(table.name) !== true);
  };
  return [side.steps, side.holdSteps].some((steps) =>
    steps.some(({ fn, event }, i) => {
      const next = steps[i + 1]?.fn;
      return (
        next !== undefined &&
        around
          .summaryOf(fn)
          ?.calls.some(
            ({ site, callee, targets }) =>
              site.event === event && callee !== undefined && targets.includes(next),
          ) === true &&
        isOther(next)
      );
    }),
  );
}

/** The tables that the ids of a driver with this function name, by their type. */
function namedByIds(
  { program, models }: Surroundings,
  fn: FunctionRef,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const files = fn.item?.isStatic === true ? [fn.file] : partsOfDriver(program, fn.file);
  for (const file of files) {
    const drivers = (program.outline(file)?.variables ?? []).filter(
      ({ type, members }) =>
        models.isOwnersTable(baseOf(type)) && members.some(({ value }) => value === fn.name),
    );
    const values = new Set(drivers.flatMap(({ members }) => members.map(({ value }) => value)));
    for (const value of values) {
      const ids = program.resolveVariable(value, file);
      for (const member of ids?.item.members ?? []) {
        const table = program.resolveVariable(member.value, ids?.file ?? file)?.item;
        if (table === undefined) continue;
        const type = baseOf(table.type);
        found.set(type, (found.get(type) ?? new Set()).add(table.name));
      }
    }
  }
  return found;
}

/**
 * Whether each side goes on from an operation of one object to the same operation of another one, as a chain of drivers
 * passes a request on. Objects behind one another are locked in the order of the chain.
 */
export function goDownOneChain(program: Program, sides: readonly Dependency[]): boolean {
  const [first, ...others] = sides.map((side) => passedOn(program, side.steps));
  return first !== undefined && [...first].some((one) => others.every((other) => other.has(one)));
}

/** Whether a path begins in an operation that calls the same one of another table: the two are given different objects. */
export function passesOn(program: Program, steps: readonly Site[]): boolean {
  const [first, second] = steps;
  return first?.fn !== second?.fn && passedOn(program, steps.slice(0, 2)).size > 0;
}

/** The operations that a path calls from themselves. */
function passedOn(program: Program, steps: readonly Site[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [i, { fn }] of steps.entries()) {
    const next = steps[i + 1]?.fn;
    if (next === undefined) break;
    const own = operationsOf(program, fn);
    for (const operation of own.size === 0 ? own : operationsOf(program, next))
      if (own.has(operation)) found.add(operation);
  }
  return found;
}

/** The members of tables of its file that hold a function which no code calls by name. */
function operationsOf(program: Program, fn: FunctionRef): ReadonlySet<string> {
  const found = new Set<string>();
  if (fn.item?.isStatic !== true || program.callers(fn).length > 0) return found;
  for (const { type, members } of program.outline(fn.file)?.variables ?? [])
    for (const { field, value } of members) if (value === fn.name) found.add(`${baseOf(type)}.${field}`);
  return found;
}

const NONE: ReadonlySet<string> = new Set();

/** Whether a file hands functions or tables of its own to macros at file scope, which enter or register them. */
function startsItself({ functions, variables, macroUses }: FileOutline): boolean {
  const own = new Set([
    ...functions.filter(({ isStatic }) => isStatic).map(({ name }) => name),
    ...variables.map(({ name }) => name),
  ]);
  return macroUses.some((use) => use.arguments.some((name) => own.has(name)));
}

function homesOf(steps: readonly Site[]): Home {
  return new Set(steps.map(({ fn }) => folderOf(fn.file)));
}
