import { alike } from '../../base/encoding/alike.js';
import { CodecError } from '../../base/encoding/bytes.js';
import {
  digest,
  flag,
  list,
  names,
  optional,
  orUndefined,
  record,
  relative,
  string,
  unsigned,
  usually,
  usuallyEmpty,
  word,
} from '../../base/encoding/shapes.js';
import type { Shape, EncodedSource } from '../../base/encoding/shapes.js';
import type {
  ConstantItem,
  FieldItem,
  FillItem,
  FileOutline,
  FunctionItem,
  GuardItem,
  IncludeItem,
  InitializerMember,
  LockInitItem,
  LockPointerItem,
  MadeBody,
  MacroItem,
  MacroUseItem,
  OrderItem,
  PrototypeItem,
  RecordItem,
  TypedefItem,
  VariableItem,
  WrittenPath,
} from '../../outline/types.js';
import { literalValue, macroBody } from '../expressions/literals.js';
import { annotations, gaps, NOTHING, NOWHERE, parameters, span, spanOf, text } from './shapes.js';

const members = usuallyEmpty(
  list(record<InitializerMember>({ field: string, value: string }, () => ({ field: '', value: '' }))),
);

const fills = usuallyEmpty(
  list(
    record<FillItem>({ field: string, value: string, variable: text, path: text, type: text }, () => ({
      field: '',
      value: '',
      variable: '',
      path: '',
      type: '',
    })),
  ),
);

const writtenPath = record<WrittenPath>({ text: string, type: text });

const functionItem = record<FunctionItem>(
  {
    name: string,
    nameSpan: spanOf(({ name }: { readonly name: string }) => name),
    start: relative((_item, near) => near.offset),
    bodyStart: relative(({ start }: FunctionItem) => start),
    end: relative(({ bodyStart }: FunctionItem) => bodyStart, 'offset'),
    line: relative(({ nameSpan }: FunctionItem) => nameSpan.line),
    endLine: relative((item: FunctionItem) => item.line, 'line'),
    isStatic: flag,
    isInline: flag,
    section: text,
    returns: usually(string, 'int'),
    parameters,
    annotations,
    condition: text,
    hash: digest,
    calls: alike(names),
    indirectCalls: usuallyEmpty(names),
    references: usuallyEmpty(names),
    fills,
    lockSites: usually(unsigned, 0),
    made: optional(record<MadeBody>({ from: unsigned, before: string, behind: string, isObject: flag })),
  },
  () => ({
    name: '',
    nameSpan: NOWHERE,
    start: 0,
    bodyStart: 0,
    end: 0,
    line: 0,
    endLine: 0,
    isStatic: false,
    isInline: false,
    section: '',
    returns: '',
    parameters: NOTHING,
    annotations: NOTHING,
    condition: '',
    hash: '',
    calls: NOTHING,
    indirectCalls: NOTHING,
    references: NOTHING,
    fills: NOTHING,
    lockSites: 0,
  }),
);

const prototypeItem = record<PrototypeItem>(
  {
    name: string,
    returns: usually(string, 'int'),
    parameters,
    annotations,
    isStatic: flag,
  },
  () => ({ name: '', returns: '', parameters: NOTHING, annotations: NOTHING, isStatic: false }),
);

const macroItem = record<MacroItem>(
  {
    name: string,
    nameSpan: spanOf(({ name }: { readonly name: string }) => name),
    parameters: orUndefined(names),
    body: macroBody,
    line: relative(({ nameSpan }: MacroItem) => nameSpan.line),
    condition: text,
    calls: usuallyEmpty(names),
    lockSites: usually(unsigned, 0),
  },
  () => ({
    name: '',
    nameSpan: NOWHERE,
    parameters: undefined,
    body: '',
    line: 0,
    condition: '',
    calls: NOTHING,
    lockSites: 0,
  }),
);

const fieldItem = record<FieldItem>({
  name: string,
  type: string,
  line: relative((_field, near) => near.line + 1, 'line'),
  condition: text,
});

const recordItem = record<RecordItem>(
  {
    kind: word<RecordItem['kind']>(['struct', 'union']),
    tag: string,
    nameSpan: spanOf(({ tag }: RecordItem) => tag),
    fields: list(fieldItem),
    condition: text,
  },
  () => ({ kind: 'struct', tag: '', nameSpan: NOWHERE, fields: NOTHING, condition: '' }),
);

const variableItem = record<VariableItem>(
  {
    name: string,
    nameSpan: spanOf(({ name }: { readonly name: string }) => name),
    type: string,
    isStatic: flag,
    isExtern: flag,
    condition: text,
    definedBy: text,
    members,
  },
  () => ({
    name: '',
    nameSpan: NOWHERE,
    type: '',
    isStatic: false,
    isExtern: false,
    condition: '',
    definedBy: '',
    members: NOTHING,
  }),
);

/** How many macros ahead the macro of a constant is searched. */
const AHEAD = 60;

/** Encodings of a constant's value. */
const TEXT_OF_MACRO = 0;
const NEAR_THE_LAST = 1;
const ANY_VALUE = 2;
const WAYS = 3;

/** Integers whose differences are exact. */
const isNear = (value: number): boolean =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 50 && !Object.is(value, -0);

/**
 * Constants. Most repeat a macro of the file, in the same order and often with its text as value; enumerators count up.
 * The first number of each gives its macro relative to the previous one (0 for none) and the encoding of its value.
 */
const constants: Shape<readonly ConstantItem[]> = {
  bits: 0,
  headOf: () => 0,
  write: (out, values, _head, owner) => {
    const { macros } = owner as OutlineTail;
    let macro = 0;
    let next = 0;
    out.unsigned(values.length);
    for (const { name, value } of values) {
      let ahead = 0;
      while (ahead < AHEAD && macros[macro + ahead]?.name !== name) ahead++;
      const found = ahead < AHEAD ? macros[macro + ahead] : undefined;
      const steps = found === undefined ? 0 : ahead + 1;
      const isText = found !== undefined && Object.is(literalValue(found.body), value);
      const way = isText ? TEXT_OF_MACRO : isNear(value) ? NEAR_THE_LAST : ANY_VALUE;
      out.unsigned(steps * WAYS + way);
      if (found === undefined) out.string(name);
      if (way === NEAR_THE_LAST) out.signed(value - next);
      if (way === ANY_VALUE) out.number(value);
      macro += steps;
      next = isNear(value) ? value + 1 : 0;
    }
  },
  read: (from, _head, owner) => {
    const { macros } = owner as OutlineTail;
    const values: ConstantItem[] = [];
    let macro = 0;
    let next = 0;
    for (let left = from.count(); left > 0; left--) {
      const first = from.unsigned();
      const way = first % WAYS;
      const steps = (first - way) / WAYS;
      macro += steps;
      const found = steps === 0 ? undefined : macros[macro - 1];
      if (steps > 0 && found === undefined) throw new CodecError('no such macro');
      const name = found?.name ?? from.string();
      const value = readValue(from, way, next, found);
      values.push({ name, value });
      next = isNear(value) ? value + 1 : 0;
    }
    return values;
  },
};

function readValue(from: EncodedSource, way: number, next: number, macro: MacroItem | undefined): number {
  if (way === NEAR_THE_LAST) return next + from.signed();
  if (way === ANY_VALUE) return from.number();
  const value = macro === undefined ? undefined : literalValue(macro.body);
  if (value === undefined) throw new CodecError('no such value');
  return value;
}

const orderItem = record<OrderItem>({
  locks: names,
  at: span,
  form: word<OrderItem['form']>(['declared', 'chain', 'table', 'sentence']),
});

/** Macros and constants: hundreds of thousands in register headers, of which a handful is ever looked up. */
export type OutlineTail = Pick<FileOutline, 'macros' | 'constants'>;
export type OutlineHead = Omit<FileOutline, keyof OutlineTail>;

export const tailShape = record<OutlineTail>({ macros: list(macroItem), constants });

const guards = usuallyEmpty(
  list(record<GuardItem>({ tag: string, field: string, by: string, lock: string })),
);

/** What the skeletons of some functions depend on, besides the tail. */
export interface PartHead extends Pick<FileOutline, 'functions' | 'guards' | 'records'> {
  /** Indexes of the functions in the whole outline. */
  readonly indexes: readonly number[];
}

export const partShape = record<PartHead>({
  indexes: list(unsigned),
  functions: list(functionItem),
  guards,
  records: list(recordItem),
});

/** The rest of an outline: items in order, mostly relative to the previous item. */
export const headShape = record<OutlineHead>(
  {
    bytes: unsigned,
    lines: unsigned,
    includes: list(
      record<IncludeItem>({ path: string, system: flag, condition: text }, () => ({
        path: '',
        system: false,
        condition: '',
      })),
    ),
    functions: list(functionItem),
    prototypes: list(prototypeItem),
    records: list(recordItem),
    typedefs: list(record<TypedefItem>({ name: string, type: string }, () => ({ name: '', type: '' }))),
    variables: list(variableItem),
    macroUses: list(
      record<MacroUseItem>({
        name: string,
        arguments: names,
        line: relative((_use, near) => near.line + 1, 'line'),
        condition: text,
      }),
    ),
    lockInits: usuallyEmpty(
      list(
        record<LockInitItem>({
          lock: string,
          names,
          type: text,
          handler: text,
          keyLine: unsigned,
          mayRecurse: flag,
          line: relative((_init, near) => near.line + 1, 'line'),
        }),
      ),
    ),
    lockSites: unsigned,
    lockPointers: usuallyEmpty(list(record<LockPointerItem>({ member: writtenPath, lock: writtenPath }))),
    guards,
    orders: usuallyEmpty(list(orderItem)),
    gaps,
  },
  () => ({
    bytes: 0,
    lines: 0,
    includes: NOTHING,
    functions: NOTHING,
    prototypes: NOTHING,
    records: NOTHING,
    typedefs: NOTHING,
    variables: NOTHING,
    macroUses: NOTHING,
    lockInits: NOTHING,
    lockSites: 0,
    lockPointers: NOTHING,
    guards: NOTHING,
    orders: NOTHING,
    gaps: NOTHING,
  }),
);
