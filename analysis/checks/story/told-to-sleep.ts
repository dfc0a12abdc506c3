import type { FunctionRef, Program } from '../../link/types.js';
import type { Site } from '../../summaries/state/types.js';

/** Values of a flag that is not set. */
const UNSET: ReadonlySet<string> = new Set(['0', 'false']);

/**
 * Whether the path goes through an operation of a table that says that its operations may sleep
 * (`.write = spi_write, .may_sleep = true`). Code that calls them asks the table first.
 */
export function isToldToSleep(program: Program, steps: readonly Site[]): boolean {
  return steps.slice(1).some(({ fn }) => isInSleepingTable(program, fn));
}

function isInSleepingTable(program: Program, { name, file }: FunctionRef): boolean {
  const variables = program.outline(file)?.variables ?? [];
  return variables.some(
    ({ members }) =>
      members.some(({ value }) => value === name) &&
      members.some(({ field, value }) => program.models.saysSleep(field) && !UNSET.has(value)),
  );
}
