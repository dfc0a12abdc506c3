import { baseOf } from '../../base/ctype.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { Program } from '../../link/types.js';

/**
 * Whether one of two lock terms is in a variable that is the only visible instance of its record, and the other in an
 * object of that record behind a pointer. `declared` is the file that declares the record. It must be a source file,
 * since other files may have instances of a record from a header.
 */
export function isOnlyInstance(program: Program, one: Term, other: Term, declared: string): boolean {
  if (!declared.endsWith('.c')) return false;
  return isBehind(program, one, other, declared) || isBehind(program, other, one, declared);
}

function isBehind(program: Program, inVariable: Term, behindPointer: Term, file: string): boolean {
  const [variable, object] = [objectOf(inVariable), objectOf(behindPointer)];
  if (variable?.k !== 'global' || object?.k !== 'deref' || t.rootOf(object).k === 'global') return false;
  const record = baseOf(program.expand(variable.type, file));
  if (record === '' || record !== baseOf(program.expand(object.type, file))) return false;
  const instances = (program.outline(file)?.variables ?? []).filter(
    ({ type }) => baseOf(program.expand(type, file)) === record,
  );
  const [only, ...more] = instances;
  return only !== undefined && more.length === 0 && !/[*[]/.test(only.type) && !variable.name.includes('[');
}

/** The outermost object that contains a lock. */
function objectOf(lock: Term): Term | undefined {
  let at = lock;
  while (at.k === 'field') at = at.base;
  return at === lock ? undefined : at;
}
