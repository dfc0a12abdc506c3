import type { Models } from '../models/types.js';
import { noteOutside } from './locksites.js';
import { ItemReader } from './items.js';
import { readDirectives } from './macros.js';
import { readOrders } from './orders/orders.js';
import { Outliner } from './outliner.js';
import { outlineOfRegisters } from './registers.js';
import { Scan } from './tokens/scan.js';
import type { FileOutline } from './types.js';

export { countLockSites } from './locksites.js';
export { printOutline } from './print.js';
export type * from './types.js';

/**
 * The outline of one decoded text. Never fails; linear in the length. Leaves out what it does not understand, and
 * records a gap if a lock call or the extent of a function may be lost.
 */
export function outlineFile(text: string, models: Models): FileOutline {
  const registers = outlineOfRegisters(text);
  if (registers !== undefined) return registers;
  const scan = new Scan(text, models);
  const out = new Outliner(scan, text);
  readDirectives(out);
  new ItemReader(out).read(0, scan.tokens.count, undefined);
  if (scan.brokenAt >= 0)
    out.gap('unbalanced-braces', scan.brokenAt, text.charAt(scan.tokens.starts[scan.brokenAt]!));
  noteOutside(out);
  readOrders(out);
  return {
    bytes: scan.bytes,
    lines: scan.lineCount,
    includes: out.includes,
    functions: out.functions,
    prototypes: out.prototypes,
    macros: out.macros,
    records: out.records,
    typedefs: out.typedefs,
    variables: out.variables,
    constants: out.constants,
    macroUses: out.macroUses,
    lockInits: out.lockInits,
    lockSites: out.lockSites,
    lockPointers: out.lockPointers,
    guards: out.guards,
    orders: out.orders,
    gaps: out.gaps,
  };
}
