import { append } from '../../base/lists.js';
import type {
  FileOutline,
  FunctionItem,
  LockPointerItem,
  MacroItem,
  MacroUseItem,
  PrototypeItem,
  RecordItem,
  VariableItem,
} from '../../outline/types.js';

/**
 * Whether two outlines of a file are equal to other files: all but bodies and positions. Functions and macros must be
 * in the same order, since their index identifies them.
 */
export function sameInterface(left: FileOutline, right: FileOutline): boolean {
  return (
    sameLists(left.functions, right.functions, sameFunction) &&
    sameLists(left.prototypes, right.prototypes, samePrototype) &&
    sameDeclarations(left, right)
  );
}

/** Whether two outlines of a file differ at most in bodies, static functions and prototypes. */
export function sameButStatic(left: FileOutline, right: FileOutline): boolean {
  return (
    sameLists(left.functions.filter(isGlobal), right.functions.filter(isGlobal), sameFunction) &&
    sameDeclarations(left, right)
  );
}

/** Names of the static functions and prototypes that only one of two outlines has like this. */
export function changedStatics(left: FileOutline, right: FileOutline): ReadonlySet<string> {
  return new Set([
    ...onlyInOne(left.functions, right.functions, sameFunction),
    ...onlyInOne(left.prototypes, right.prototypes, samePrototype),
  ]);
}

function* onlyInOne<T extends { readonly name: string }>(
  left: readonly T[],
  right: readonly T[],
  same: (a: T, b: T) => boolean,
): Generator<string> {
  for (const [some, others] of [
    [left, right],
    [right, left],
  ] as const) {
    const byName = new Map<string, T[]>();
    for (const item of others) append(byName, item.name, item);
    for (const item of some)
      if (byName.get(item.name)?.some((other) => same(item, other)) !== true) yield item.name;
  }
}

export function isGlobal({ isStatic }: Pick<FunctionItem, 'isStatic'>): boolean {
  return !isStatic;
}

function sameDeclarations(left: FileOutline, right: FileOutline): boolean {
  return (
    sameLists(left.macros, right.macros, sameMacro) &&
    sameLists(left.variables, right.variables, sameVariable) &&
    sameLists(left.records, right.records, sameRecord) &&
    sameLists(left.constants, right.constants, (a, b) => a.name === b.name && a.value === b.value) &&
    sameLists(left.typedefs, right.typedefs, sameTyped) &&
    sameIncludes(left, right) &&
    sameLists(left.macroUses, right.macroUses, sameUse) &&
    sameLists(left.lockPointers, right.lockPointers, samePointer)
  );
}

/** Whether two outlines define the same types. */
export function sameTypes(left: FileOutline, right: FileOutline): boolean {
  return (
    sameLists(left.records, right.records, sameRecord) && sameLists(left.typedefs, right.typedefs, sameTyped)
  );
}

export function sameIncludes(left: FileOutline, right: FileOutline): boolean {
  return sameLists(left.includes, right.includes, (a, b) => a.path === b.path && a.system === b.system);
}

/**
 * Names of macros and types that `right` adds to `left`; `undefined` if it also changes or drops some. Results that
 * never looked up an added name stay valid.
 */
export function addedNames(left: FileOutline, right: FileOutline): readonly string[] | undefined {
  const added: string[] = [];
  const complete =
    onlyAdds(left.macros, right.macros, (macro) => macro.name, sameMacro, added) &&
    onlyAdds(left.records, right.records, (record) => record.tag, sameRecord, added) &&
    onlyAdds(left.typedefs, right.typedefs, (typedef) => typedef.name, sameTyped, added);
  return complete ? added : undefined;
}

function onlyAdds<T>(
  left: readonly T[],
  right: readonly T[],
  nameOf: (item: T) => string,
  same: (a: T, b: T) => boolean,
  added: string[],
): boolean {
  const names = new Set(left.map(nameOf));
  let next = 0;
  for (const item of right) {
    const expected = left[next];
    if (expected !== undefined && same(expected, item)) next += 1;
    else if (names.has(nameOf(item))) return false;
    else added.push(nameOf(item));
  }
  return next === left.length;
}

function samePointer(left: LockPointerItem, right: LockPointerItem): boolean {
  return (['member', 'lock'] as const).every(
    (side) => left[side].text === right[side].text && left[side].type === right[side].type,
  );
}

/** Whether two functions are declared alike; their bodies may differ. */
export function sameFunction(left: FunctionItem, right: FunctionItem): boolean {
  return (
    left.name === right.name &&
    left.isStatic === right.isStatic &&
    left.isInline === right.isInline &&
    left.section === right.section &&
    left.condition === right.condition &&
    sameSignature(left, right)
  );
}

function samePrototype(left: PrototypeItem, right: PrototypeItem): boolean {
  return left.name === right.name && left.isStatic === right.isStatic && sameSignature(left, right);
}

type Signature = Pick<FunctionItem, 'returns' | 'parameters' | 'annotations'>;

function sameSignature(left: Signature, right: Signature): boolean {
  return (
    left.returns === right.returns &&
    sameLists(left.parameters, right.parameters, sameTyped) &&
    sameLists(left.annotations, right.annotations, (a, b) => a.name === b.name && a.argument === b.argument)
  );
}

function sameMacro(left: MacroItem, right: MacroItem): boolean {
  return (
    left.name === right.name &&
    left.body === right.body &&
    left.condition === right.condition &&
    (left.parameters === undefined) === (right.parameters === undefined) &&
    sameLists(left.parameters ?? [], right.parameters ?? [], (a, b) => a === b)
  );
}

function sameVariable(left: VariableItem, right: VariableItem): boolean {
  return (
    sameTyped(left, right) &&
    left.isStatic === right.isStatic &&
    left.isExtern === right.isExtern &&
    left.condition === right.condition &&
    left.definedBy === right.definedBy &&
    sameLists(left.members, right.members, (a, b) => a.field === b.field && a.value === b.value)
  );
}

function sameUse(left: MacroUseItem, right: MacroUseItem): boolean {
  return left.name === right.name && sameLists(left.arguments, right.arguments, (a, b) => a === b);
}

function sameRecord(left: RecordItem, right: RecordItem): boolean {
  return (
    left.kind === right.kind &&
    left.tag === right.tag &&
    left.condition === right.condition &&
    sameLists(left.fields, right.fields, (a, b) => sameTyped(a, b) && a.condition === b.condition)
  );
}

function sameTyped(
  left: { readonly name: string; readonly type: string },
  right: { readonly name: string; readonly type: string },
): boolean {
  return left.name === right.name && left.type === right.type;
}

function sameLists<T>(left: readonly T[], right: readonly T[], same: (a: T, b: T) => boolean): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) {
    const a = left[at];
    const b = right[at];
    if (a === undefined || b === undefined || !same(a, b)) return false;
  }
  return true;
}
