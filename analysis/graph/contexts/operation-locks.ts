import { madeName, makerOf } from '../../outline/made-names.js';
import { folderOf } from '../../base/paths.js';
import type { LockMode, Operation, TableProtocol } from '../../models/types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { FileOutline } from '../../outline/types.js';
import type { KnownCallers } from '../sight/callers.js';
import { handlersOf } from './handlers.js';

/** One lock and its mode, as the data tables name it. With alternatives, none of them is certain. */
const ONE_LOCK = /^([^|()]+)(?:\((read|write)\))?$/;

/** A lock that the models say is held: its class id, and its mode. */
export interface ModelledLock {
  readonly name: string;
  readonly mode: LockMode;
}

/** The lock that an entry of the data tables names; `undefined` if it names several. */
export function modelledLock(text: string): ModelledLock | undefined {
  const [, name, mode] = ONE_LOCK.exec(text) ?? [];
  return name === undefined ? undefined : { name, mode: mode === 'read' ? 'read' : 'write' };
}

/** The locks certain to be held when a member is called. */
export function heldFor(operation: Operation | undefined): readonly string[] {
  const isTold = operation?.isExact === true || operation?.ownLock !== undefined;
  return isTold ? operation.locksHeld : [];
}

/**
 * The operations that a function implements, if nothing but members of op tables that the models know names it as a
 * value; `undefined` if other code may call it through a pointer, or no table holds it. Tables whose protocol shows all
 * calls of their members count for nothing here.
 */
export function operationsOf(callers: KnownCallers, fn: FunctionRef): readonly Operation[] | undefined {
  const { program } = callers;
  const isStatic = fn.item?.isStatic;
  if (isStatic === undefined) return undefined;
  const operations: Operation[] = [];
  let isHeld = false;
  for (const file of isStatic ? [fn.file] : program.filesIn(folderOf(fn.file))) {
    const outline = program.outline(file);
    if (outline === undefined) continue;
    if (outline.macroUses.some((use) => use.arguments.includes(fn.name))) return undefined;
    if (!callers.namesIn(file).has(fn.name)) continue;
    if (outline.functions.some(({ references }) => references.includes(fn.name))) return undefined;
    const uses = outline.variables.flatMap(({ members }) => members.filter(({ value }) => value === fn.name));
    const known = handlersOf(outline, program.models).members.filter(({ value }) => value === fn.name);
    if (known.length !== uses.length) return undefined;
    for (const { record, field } of known) {
      const operation = program.models.operation(record, field);
      if (operation === undefined) return undefined;
      isHeld = true;
      if (!isShown(outline, program.models.protocol(record), fn.name)) operations.push(operation);
    }
  }
  return isHeld ? operations : undefined;
}

/** Whether a file shows all calls that are made of a function through tables with a protocol. */
function isShown({ functions }: FileOutline, protocol: TableProtocol | undefined, member: string): boolean {
  return (
    protocol?.only === true &&
    functions.some(
      ({ made, name, calls }) =>
        made !== undefined && makerOf(name)?.maker === protocol.caller && calls.includes(member),
    )
  );
}

/**
 * Whether a function stands for the only code of the kernel that calls the members of a table. Whatever one of them takes,
 * another one releases; nobody else holds it for them.
 */
export function callsTableAlone(program: Program, { file, name, item }: FunctionRef): boolean {
  const tables = item?.made === undefined ? [] : (program.outline(file)?.variables ?? []);
  return tables.some((table) => {
    const protocol = program.models.protocol(table.type);
    return protocol?.only === true && name === madeName(protocol.caller, table.name);
  });
}
