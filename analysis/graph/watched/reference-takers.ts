import { partsOfDriver } from '../../link/files/one-driver.js';
import type { Program } from '../../link/types.js';
import type { FunctionItem, VariableItem } from '../../outline/types.js';
import type { Models } from '../../models/types.js';

/** The calls between a function that a table names and the one that takes or drops a reference for it. */
const HELPERS = 2;

/** What the files of a driver define. */
export interface DriverParts {
  readonly files: readonly string[];
  readonly functions: readonly FunctionItem[];
  readonly variables: readonly VariableItem[];
  /** Whether code outside of these files calls a function. */
  isOpen(fn: FunctionItem): boolean;
}

export function driverOf(program: Program, file: string): DriverParts {
  const files = partsOfDriver(program, file);
  const outlines = files.flatMap((part) => program.outline(part) ?? []);
  const isOpen = ({ name, isStatic }: FunctionItem): boolean =>
    !isStatic &&
    program
      .resolveCall(name, file)
      .some((fn) => program.callers(fn).some((caller) => !files.includes(caller.file)));
  return {
    files,
    functions: outlines.flatMap(({ functions }) => functions),
    variables: outlines.flatMap(({ variables }) => variables),
    isOpen,
  };
}

/**
 * Whether every reference of a driver besides those that objects begin with belongs to somebody who has opened the
 * device: only what begins use takes one, and what ends that use drops one. Nobody has to have it open.
 */
export function onlyUsersTakeReferences(models: Models, driver: DriverParts): boolean {
  const takers = driver.functions.filter(({ calls }) => calls.some((name) => models.takesReference(name)));
  return takers.length > 0 && takers.every((fn) => beginsUse(models, driver, fn, HELPERS));
}

/** Whether a function is called only when use of a device begins that ends with a put. */
function beginsUse(models: Models, driver: DriverParts, fn: FunctionItem, calls: number): boolean {
  return isOnlyEntered(driver, fn, calls, (field, table) =>
    models
      .endOfUse(field)
      .some((end) =>
        table.some((other) => fieldOf(other.field) === end && dropsOne(models, driver, other.value, HELPERS)),
      ),
  );
}

/**
 * Whether a function runs only while a device is removed, or while it could not be set up: its driver's table, or functions
 * that run only then, name it.
 */
export function isOnlyInRemoval(models: Models, driver: DriverParts, fn: FunctionItem): boolean {
  return isOnlyEntered(driver, fn, HELPERS, (field) => models.detaches(field) || models.isProbe(field));
}

type Members = VariableItem['members'];

/**
 * Whether only such members of tables name a function, or only functions that they name call it, up to a number of calls.
 * A function that is passed on may be called by anybody.
 */
function isOnlyEntered(
  driver: DriverParts,
  fn: FunctionItem,
  calls: number,
  isEntry: (field: string, table: Members) => boolean,
): boolean {
  if (driver.isOpen(fn) || driver.functions.some(({ references }) => references.includes(fn.name)))
    return false;
  const tables = driver.variables.flatMap(({ members }) =>
    members.filter(({ value }) => value === fn.name).map(({ field }) => ({ field, members })),
  );
  const callers = driver.functions.filter((other) => other !== fn && other.calls.includes(fn.name));
  return (
    tables.length + callers.length > 0 &&
    tables.every(({ field, members }) => isEntry(fieldOf(field), members)) &&
    callers.every((caller) => calls > 0 && isOnlyEntered(driver, caller, calls - 1, isEntry))
  );
}

/** Whether a function of this name drops a reference, itself or through a helper. */
function dropsOne(models: Models, driver: DriverParts, name: string, calls: number): boolean {
  const fn = driver.functions.find((one) => one.name === name);
  return (
    fn?.calls.some(
      (callee) =>
        models.referencePut(callee) !== undefined ||
        models.tellsLastPut(callee) ||
        (calls > 0 && dropsOne(models, driver, callee, calls - 1)),
    ) === true
  );
}

/** The member itself, without the tables within tables that lead to it. */
function fieldOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
