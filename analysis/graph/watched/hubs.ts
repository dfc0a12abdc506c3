import { symbolOf } from '../../summaries/locks/symbols.js';
import { baseOf, pointee } from '../../base/ctype.js';
import { folderOf } from '../../base/paths.js';
import type { Table } from '../contexts/behind.js';
import { areOfOneDriver } from '../../link/files/one-driver.js';
import { lastMember } from '../../outline/designators.js';
import type { FillItem, InitializerMember } from '../../outline/types.js';
import type { Program } from '../../link/types.js';
import { bareName, pointed, type Term } from '../../summaries/locks/terms.js';

/** A place that the source writes to: the variable or the type that it begins with, and the members behind it. */
interface Place {
  readonly variable: string;
  readonly type: string;
  readonly path: string;
}

/**
 * The variable that an object names in one of its members, `dev.bus = &my_bus`, as far as the folder of a file shows:
 * every store to the member of such an object has to name the same variable.
 */
export function hubsOf(program: Program, object: Term, member: string, file: string): string | undefined {
  const places = placesOf(program, pointed(object), file);
  const found = new Set<string | undefined>();
  for (const from of program.filesIn(folderOf(file))) {
    const outline = program.outline(from);
    for (const { name, type, members } of outline?.variables ?? [])
      for (const one of members)
        if (
          lastMember(one.field) === member &&
          isAt(places, { variable: name, type: baseOf(type), path: holder(one) })
        )
          found.add(definition(program, one.value, from));
    for (const { fills } of outline?.functions ?? [])
      for (const fill of fills)
        if (fill.field === member && isAt(places, filled(program, fill, from)))
          found.add(definition(program, fill.value, from));
  }
  const [one] = found;
  return found.size === 1 ? one : undefined;
}

/** The one variable whose address the functions of a folder store in a member: `dev->group = &dev_group`. */
export function keptIn(program: Program, member: Term, file: string): Table | undefined {
  if (member.k !== 'field' || member.base.k !== 'deref') return undefined;
  const record = program.expand(member.base.type, file);
  const found = new Map<string | undefined, Table>();
  for (const from of program.filesIn(folderOf(file)))
    for (const { fills } of program.outline(from)?.functions ?? [])
      for (const fill of fills) {
        const { type, path } = filled(program, fill, from);
        if (fill.field === member.name && path === '' && type === record && type !== '')
          found.set(definition(program, fill.value, from), { name: fill.value, file: from });
      }
  const [one] = found.values();
  if (found.size !== 1 || found.has(undefined) || one === undefined) return undefined;
  return areOfOneDriver(program, one.file, file) ? one : undefined;
}

/** The symbol of the variable that a name means in a file; `undefined` if it is none. */
export function definition(program: Program, name: string, file: string): string | undefined {
  const found = program.resolveVariable(name, file);
  return found === undefined ? undefined : symbolOf(found.file, found.item.name);
}

/** The ways to write a place: `a->b.dev`, by the variable, and by each type on the way. */
function placesOf(program: Program, object: Term, file: string): readonly Place[] {
  const places: Place[] = [];
  let path = '';
  for (let at: Term = object; ; at = at.base) {
    const type = program.expand(at.type, file);
    if (at.k === 'global') places.push({ variable: bareName(at), type: '', path });
    else if (type !== '') places.push({ variable: '', type, path });
    if (at.k !== 'field') return path === '' ? places.filter(({ variable }) => variable !== '') : places;
    path = path === '' ? at.name : `${at.name}.${path}`;
  }
}

function isAt(places: readonly Place[], { variable, type, path }: Place): boolean {
  return places.some(
    (one) =>
      one.path === path &&
      (one.variable === '' ? type !== '' && one.type === type : one.variable === variable),
  );
}

/** Where a statement stores something, without the member itself. */
function filled(program: Program, { variable, type, path }: FillItem, file: string): Place {
  const global =
    type === '' && variable !== '' ? program.resolveVariable(variable, file)?.item.type : undefined;
  const written = global ?? type;
  return { variable, type: program.expand(pointee(written) ?? written, file), path };
}

function holder({ field }: InitializerMember): string {
  return field.includes('.') ? field.slice(0, field.lastIndexOf('.')) : '';
}
