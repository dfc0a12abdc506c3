import { baseOf, type CType } from '../base/ctype.js';
import type { InitializerMember, MacroItem, MacroUseItem, VariableItem } from '../outline/types.js';
import type { LinkedFile } from './files.js';
import { designators, expandCall, type FindMacro } from './macro-expansion.js';
import type { TypesTable } from './types-table.js';

/** Puts `value` into `field` of `record`; for a variable that is itself a pointer the record is `''`. */
export type Fill = (record: CType, field: string, value: string) => void;

/** `MACRO(2)` of a member path: the third argument of a macro. */
const MACRO_ARGUMENT = /^([A-Za-z_]\w*)\((\d+)\)$/;
/** A variable with an initialiser, in the text a macro at file scope stands for. */
const DEFINITION =
  /\b((?:struct|union)\s+[A-Za-z_]\w*)\s+(?:[A-Za-z_]\w*\s+)*[A-Za-z_]\w*\s*(?:\[[^\]]*\]\s*)*=/g;
/** A macro argument that the outline does not tell. */
const UNKNOWN_ARGUMENT = '0';
/** Stands for an argument in what is remembered of a macro. */
const PLACEHOLDER = /_arg(\d+)_/g;

/** A member that each use of a macro initialises, with placeholders for the arguments. */
interface Template {
  readonly type: CType;
  readonly path: string;
  readonly name: string;
}

/** Walks initialisers down to the record that each value stands in. */
export class Initialisers {
  /** By macro used at file scope: nearly all initialise nothing. */
  private readonly templates = new WeakMap<MacroItem, readonly Template[]>();

  constructor(private readonly types: TypesTable) {}

  /** What the initialiser of a variable puts where. `isValue` says which identifiers are of interest. */
  ofVariable(
    variable: VariableItem,
    file: LinkedFile,
    find: FindMacro,
    isValue: (name: string) => boolean,
    fill: Fill,
  ): void {
    for (let at = 0; at < variable.members.length; at++) {
      const member = variable.members[at];
      if (member === undefined || !isValue(member.value)) continue;
      const { parent, last } = split(member.field);
      const inMacro = MACRO_ARGUMENT.exec(last);
      if (inMacro !== null) {
        const macro = find(inMacro[1] ?? '');
        if (macro === undefined) continue;
        const text = expandCall(macro, argumentsOf(variable.members, at, member.field), find).trim();
        // A macro that stands for members instead of a value was counted as one by its place.
        const around = text.startsWith('.') ? parent.replace(/(?:^|\.)#\d+$/, '') : parent;
        const type = this.walk(variable.type, around, file);
        if (type !== undefined) this.ofText(text, type, file, isValue, fill);
      } else if (last === '') {
        if (baseOf(this.types.expand(variable.type, file)).endsWith(')'))
          fill('', variable.name, member.value);
      } else if (variable.definedBy === '' || !last.startsWith('#')) {
        this.put(variable.type, parent, last, member.value, file, fill);
      }
    }
  }

  /** What a macro used at file scope defines and initialises. */
  ofMacroUse(
    use: MacroUseItem,
    file: LinkedFile,
    find: FindMacro,
    isValue: (name: string) => boolean,
    fill: Fill,
  ): void {
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
      this.put(fillIn(template.type), parent, last, name, file, fill);
    }
  }

  private ofText(
    text: string,
    type: CType,
    file: LinkedFile,
    isValue: (name: string) => boolean,
    fill: Fill,
  ): void {
    for (const { path, names } of designators(text)) {
      const { parent, last } = split(path);
      for (const name of names) if (isValue(name)) this.put(type, parent, last, name, file, fill);
    }
  }

  private put(type: CType, parent: string, last: string, value: string, file: LinkedFile, fill: Fill): void {
    const record = this.walk(type, parent, file);
    if (record === undefined) return;
    const field = last.startsWith('#') ? this.fieldAt(record, Number(last.slice(1)), file)?.name : last;
    if (field !== undefined) fill(baseOf(record), field, value);
    else if (record.endsWith('[]') && parent !== '') {
      // An array of functions: the slot is the array.
      const outer = split(parent);
      this.put(type, outer.parent, outer.last, value, file, fill);
    }
  }

  /** The type at the end of a path of designators. */
  private walk(type: CType, path: string, file: LinkedFile): CType | undefined {
    let reached: CType = baseOf(this.types.expand(type, file));
    if (path === '') return reached;
    for (const step of path.split('.')) {
      let next: CType | undefined;
      if (!step.startsWith('#')) next = this.types.resolveField(baseOf(reached), step, file)?.type;
      else if (reached.endsWith('[]')) next = reached.slice(0, -'[]'.length);
      else next = this.fieldAt(reached, Number(step.slice(1)), file)?.type;
      if (next === undefined) return undefined;
      reached = this.types.expand(next, file);
    }
    return reached;
  }

  private fieldAt(
    record: CType,
    position: number,
    file: LinkedFile,
  ): { name: string; type: CType } | undefined {
    if (record.endsWith('[]')) return undefined;
    return this.types.resolveRecord(baseOf(record), file)?.item.fields[position];
  }
}

/** The variables with members that a use of the macro defines. Macros inside it mean what they mean at its first use. */
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

/** The part of a member path before its last step, and that step. */
function split(path: string): { parent: string; last: string } {
  const dot = path.lastIndexOf('.');
  return { parent: path.slice(0, Math.max(dot, 0)), last: path.slice(dot + 1) };
}

/** The arguments of the macro call that member `at` belongs to: they follow one another with rising numbers. */
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
