import { positionIn, withoutPosition } from '../../outline/designators.js';
import { baseOf, type CType } from '../../base/ctype.js';
import type { InitializerMember, MacroItem, MacroUseItem, VariableItem } from '../../outline/types.js';
import type { LinkedFile } from '../files/files.js';
import { designators, expandCall, type FindMacro } from '../ctypes/macro-expansion.js';
import type { TypesTable } from '../ctypes/types-table.js';
import type { GivenBy } from './fillings.js';

/**
 * Receives `value` stored in `field` of `record`. `record` is `''` if the variable itself is a function pointer; `given` if
 * the value is what callers pass.
 */
export type Fill = (record: CType, field: string, value: string, given?: GivenBy) => void;

/** `MACRO(2)` in a member path: the third argument of a macro. */
const MACRO_ARGUMENT = /^([A-Za-z_]\w*)\((\d+)\)$/;
/** A variable with an initialiser, in the expansion of a macro at file scope. */
const DEFINITION =
  /\b((?:struct|union)\s+[A-Za-z_]\w*)\s+(?:[A-Za-z_]\w*\s+)*[A-Za-z_]\w*\s*(?:\[[^\]]*\]\s*)*=/g;
/** A macro argument that the outline does not record. */
const UNKNOWN_ARGUMENT = '0';
/** Placeholder for an argument in a macro's template. */
const PLACEHOLDER = /_arg(\d+)_/g;

/** A member that each use of a macro initialises, with placeholders for the arguments. */
interface Template {
  readonly type: CType;
  readonly path: string;
  readonly name: string;
}

/** Templates by macro used at file scope; nearly all macros have none. */
export type Templates = WeakMap<MacroItem, readonly Template[]>;

/** Input and output of the reader for one file. */
export interface InitialiserReading {
  readonly find: FindMacro;
  /** Whether an identifier is a value of interest. */
  readonly isValue: (name: string) => boolean;
  readonly fill: Fill;
}

/** Resolves the initialisers of one file to the record that contains each value. */
export class InitialiserReader {
  private readonly records = new Map<string, CType | undefined>();

  constructor(
    private readonly types: TypesTable,
    private readonly templates: Templates,
    private readonly file: LinkedFile,
    private readonly reading: InitialiserReading,
  ) {}

  /** Reads the initialiser of a variable. */
  readVariable(variable: VariableItem): void {
    const { find, isValue, fill } = this.reading;
    for (let at = 0; at < variable.members.length; at++) {
      const member = variable.members[at];
      if (member === undefined || !isValue(member.value)) continue;
      const { parent, last } = split(member.field);
      const inMacro = last.endsWith(')') ? MACRO_ARGUMENT.exec(last) : null;
      if (inMacro !== null) {
        const macro = find(inMacro[1] ?? '');
        if (macro === undefined) continue;
        const text = expandCall(macro, argumentsOf(variable.members, at, member.field), find).trim();
        // The outline counted a macro that expands to members as one positional value.
        const around = text.startsWith('.') ? withoutPosition(parent) : parent;
        const type = this.walk(variable.type, around);
        if (type !== undefined) this.readText(text, type);
      } else if (last === '') {
        if (this.walk(variable.type, '')?.endsWith(')') === true) fill('', variable.name, member.value);
      } else if (variable.definedBy === '' || positionIn(last) === undefined) {
        this.put(variable.type, parent, last, member.value);
      }
    }
  }

  /** Reads the initialisers that a macro used at file scope expands to. */
  readMacroUse(use: MacroUseItem): void {
    const { find, isValue } = this.reading;
    const macro = find(use.name);
    if (macro === undefined) return;
    let templates = this.templates.get(macro);
    if (templates === undefined) {
      templates = templatesOf(macro, use.arguments.length, find);
      this.templates.set(macro, templates);
    }
    const fillIn = (text: string): string =>
      text.replace(PLACEHOLDER, (_, at: string) => use.arguments[Number(at)] ?? '');
    for (const template of templates) {
      const name = fillIn(template.name);
      if (!isValue(name)) continue;
      const { parent, last } = split(fillIn(template.path));
      this.put(fillIn(template.type), parent, last, name);
    }
  }

  private readText(text: string, type: CType): void {
    for (const { path, names } of designators(text)) {
      const { parent, last } = split(path);
      for (const name of names) if (this.reading.isValue(name)) this.put(type, parent, last, name);
    }
  }

  private put(type: CType, parent: string, last: string, value: string): void {
    const record = this.walk(type, parent);
    if (record === undefined) return;
    const position = positionIn(last);
    const field = position === undefined ? last : this.fieldAt(record, position)?.name;
    if (field !== undefined) this.reading.fill(baseOf(record), field, value);
    else if (record.endsWith('[]') && parent !== '') {
      // An array of functions: the slot is the array.
      const outer = split(parent);
      this.put(type, outer.parent, outer.last, value);
    }
  }

  /** The type at the end of a designator path, starting from an object of `type` or an array of such objects. */
  private walk(type: CType, path: string): CType | undefined {
    const key = path === '' ? type : `${type}|${path}`;
    if (this.records.has(key)) return this.records.get(key);
    const found = path === '' ? baseOf(this.types.expand(type, this.file)) : this.step(type, split(path));
    this.records.set(key, found);
    return found;
  }

  private step(type: CType, { parent, last }: Step): CType | undefined {
    const reached = this.walk(type, parent);
    if (reached === undefined) return undefined;
    const position = positionIn(last);
    let next: CType | undefined;
    if (position === undefined) next = this.types.resolveField(baseOf(reached), last, this.file)?.type;
    else if (reached.endsWith('[]')) next = reached.slice(0, -'[]'.length);
    else next = this.fieldAt(reached, position)?.type;
    return next === undefined ? undefined : this.types.expand(next, this.file);
  }

  private fieldAt(record: CType, position: number): { name: string; type: CType } | undefined {
    if (record.endsWith('[]')) return undefined;
    return this.types.resolveRecord(baseOf(record), this.file)?.item.fields[position];
  }
}

/**
 * The initialised variables that a macro's expansion defines. Nested macros have the definition that applies at its
 * first use.
 */
function templatesOf(macro: MacroItem, count: number, find: FindMacro): Template[] {
  const args = Array.from({ length: count }, (_, at) => `_arg${at}_`);
  const text = expandCall(macro, args, find);
  const templates: Template[] = [];
  for (const match of text.matchAll(DEFINITION)) {
    const end = text.indexOf(';', match.index);
    const initialiser = text.slice(match.index + match[0].length, end < 0 ? text.length : end);
    const type = (match[1] ?? '').replace(/\s+/, ' ');
    for (const { path, names } of designators(initialiser)) {
      for (const name of names) templates.push({ type, path, name });
    }
  }
  return templates;
}

interface Step {
  readonly parent: string;
  readonly last: string;
}

/** Splits a member path into its last step and what precedes it. */
function split(path: string): Step {
  const dot = path.lastIndexOf('.');
  return { parent: path.slice(0, Math.max(dot, 0)), last: path.slice(dot + 1) };
}

/** The arguments of the macro call that member `at` belongs to; they are consecutive members with rising numbers. */
function argumentsOf(members: readonly InitializerMember[], at: number, field: string): string[] {
  const head = field.slice(0, field.lastIndexOf('(') + 1);
  const numberAt = (index: number): number => {
    const member = members[index];
    return member !== undefined && member.field.startsWith(head)
      ? Number.parseInt(member.field.slice(head.length), 10)
      : -1;
  };
  let first = at;
  while (numberAt(first - 1) >= 0 && numberAt(first - 1) < numberAt(first)) first -= 1;
  const args: string[] = [];
  let last = -1;
  for (let index = first; numberAt(index) > last; index++) {
    last = numberAt(index);
    while (args.length < last) args.push(UNKNOWN_ARGUMENT);
    args.push(members[index]?.value ?? UNKNOWN_ARGUMENT);
  }
  return args;
}
