import type { OutsideEntry } from '../../../graph/contexts/contexts.js';
import { filesThatNameLock } from '../../../graph/sight/lock-namers.js';
import { keyOf } from '../../../graph/events/collect.js';
import { partsOfDriver } from '../../../link/files/one-driver.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import type { VariableItem } from '../../../outline/types.js';
import type { LockRef } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * Whether the kernel core enters a function for a request, and only its own file or folder can name the lock: the core does not
 * know such a lock. Other members of the same table may take it for the function, as the first of a sequence does for the rest.
 */
export function isServed(
  { around, collected }: CheckContext,
  fn: FunctionRef,
  { context, holds, at }: OutsideEntry,
  lock: LockRef,
): boolean {
  const key = keyOf(lock);
  // A section such as __init limits when the code exists, not who calls it.
  if (context !== 'process' || holds !== undefined || key === undefined || fn.item?.section !== '')
    return false;
  const { program } = around;
  if (filesThatNameLock(around, lock)?.has(fn.file) !== true) return false;
  const isKept = (other: FunctionRef): boolean =>
    collected.summaries
      .get(other)
      ?.rawExits.some(({ acquired, released }) =>
        [...acquired, ...released].some((one) => keyOf(one) === key),
      ) === true;
  return !tablesWith(program, fn, at.file).some(({ file, table }) =>
    table.members.some(({ value }) => value !== fn.name && program.resolveCall(value, file).some(isKept)),
  );
}

/**
 * The tables of functions that have a function, with their files: those of its file, of its driver if it is global, and of the
 * file that registers it.
 */
export function tablesWith(
  program: Program,
  { file, name, item }: FunctionRef,
  registering = file,
): readonly { readonly file: string; readonly table: VariableItem }[] {
  const parts = item?.isStatic === false ? partsOfDriver(program, file) : [file];
  return [...new Set([...parts, registering])].flatMap((part) =>
    (program.outline(part)?.variables ?? [])
      .filter(({ members }) => members.some(({ value }) => value === name))
      .map((table) => ({ file: part, table })),
  );
}

/** Whether a table or a member in the function's driver holds it, for other code to call. A cookie is only passed. */
export function isStored(program: Program, fn: FunctionRef): boolean {
  const functions = program.outline(fn.file)?.functions ?? [];
  return (
    tablesWith(program, fn).length > 0 ||
    functions.some(({ fills }) => fills.some(({ field, value }) => field !== '' && value === fn.name))
  );
}
