import { pointee } from '../../base/ctype.js';
import { pointed, type Term } from '../../summaries/locks/terms.js';
import type { Program } from '../../link/types.js';

/**
 * Whether a device is certainly the one that the functions of the file serve: a function receives it as an argument, it
 * is part of such an argument, or it is the only one of its type that the driver's object knows.
 */
export function isOwnDevice(program: Program, device: Term, file: string): boolean {
  if (device.k === 'parameter') return true;
  const member = pointed(device);
  if (member.k !== 'field') return false;
  if (device.k !== 'address') return isOnlyOfItsType(program, member, file);
  // `&pdev->dev`
  const holder = member.base.k === 'deref' ? member.base.base : undefined;
  if (holder === undefined) return false;
  if (holder.k === 'field' && !isOnlyOfItsType(program, holder, file)) return false;
  return isReceived(program, holder.type, file);
}

function isOnlyOfItsType(program: Program, member: Extract<Term, { k: 'field' }>, file: string): boolean {
  const tag = program.expand(member.base.type, file).replace(/^struct /, '');
  const record = program.resolveRecord(tag, file);
  return record?.item.fields.filter(({ type }) => type === member.type).length === 1;
}

/** Whether a function in a table of the file receives an object of this type. */
function isReceived(program: Program, type: string, file: string): boolean {
  const outline = program.outline(file);
  if (outline === undefined || pointee(type) === undefined) return false;
  const named = new Set(outline.variables.flatMap(({ members }) => members.map(({ value }) => value)));
  return outline.functions.some(({ name, parameters }) => parameters[0]?.type === type && named.has(name));
}
