import type { FileOutline, FunctionItem } from '../../outline/types.js';
import type { Models } from '../../models/types.js';

/** The calls between a function that a table names and the one that takes or drops a reference for it. */
const HELPERS = 2;

/**
 * Whether every reference of a file besides those that objects begin with belongs to somebody who has opened the
 * device: only what begins use takes one, and what ends that use drops one. Nobody has to have it open.
 */
export function onlyUsersTakeReferences(models: Models, outline: FileOutline): boolean {
  const takers = outline.functions.filter(({ calls }) => calls.some((name) => models.takesReference(name)));
  return takers.length > 0 && takers.every((fn) => beginsUse(models, outline, fn, HELPERS));
}

/** Whether a function is called only when use of a device begins that ends with a put. */
function beginsUse(models: Models, outline: FileOutline, fn: FunctionItem, calls: number): boolean {
  return isOnlyEntered(outline, fn, calls, (field, table) =>
    models
      .endOfUse(field)
      .some((end) =>
        table.some(
          (other) => fieldOf(other.field) === end && dropsOne(models, outline, other.value, HELPERS),
        ),
      ),
  );
}

/**
 * Whether a function runs only while a device is removed, or while it could not be set up: its driver's table, or functions
 * that run only then, name it.
 */
export function isOnlyInRemoval(models: Models, outline: FileOutline, fn: FunctionItem): boolean {
  return isOnlyEntered(outline, fn, HELPERS, (field) => models.detaches(field) || models.isProbe(field));
}

type Members = FileOutline['variables'][number]['members'];

/**
 * Whether only such members of tables name a function, or only functions that they name call it, up to a number of calls.
 * A function that is passed on may be called by anybody.
 */
function isOnlyEntered(
  outline: FileOutline,
  fn: FunctionItem,
  calls: number,
  isEntry: (field: string, table: Members) => boolean,
): boolean {
  if (!fn.isStatic || outline.functions.some(({ references }) => references.includes(fn.name))) return false;
  const tables = outline.variables.flatMap(({ members }) =>
    members.filter(({ value }) => value === fn.name).map(({ field }) => ({ field, members })),
  );
  const callers = outline.functions.filter((other) => other !== fn && other.calls.includes(fn.name));
  return (
    tables.length + callers.length > 0 &&
    tables.every(({ field, members }) => isEntry(fieldOf(field), members)) &&
    callers.every((caller) => calls > 0 && isOnlyEntered(outline, caller, calls - 1, isEntry))
  );
}

/** Whether a function of this name drops a reference, itself or through a helper. */
function dropsOne(models: Models, outline: FileOutline, name: string, calls: number): boolean {
  const fn = outline.functions.find((one) => one.name === name);
  return (
    fn?.calls.some(
      (callee) =>
        models.referencePut(callee) !== undefined ||
        models.tellsLastPut(callee) ||
        (calls > 0 && dropsOne(models, outline, callee, calls - 1)),
    ) === true
  );
}

/** The member itself, without the tables within tables that lead to it. */
function fieldOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
