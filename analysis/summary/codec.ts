import { CodecError } from '../base/bytes.js';
import { GAP_KINDS } from '../base/gap.js';
import type { Gap, GapKind } from '../base/gap.js';
import {
  anyNumber,
  choice,
  decode,
  digest,
  encode,
  flag,
  list,
  names,
  numbered,
  optional,
  orUndefined,
  record,
  signed,
  string,
  unsigned,
  usually,
  usuallyEmpty,
  word,
} from '../base/shapes.js';
import type { Fields, Shape } from '../base/shapes.js';
import type { Span } from '../base/span.js';
import type {
  ConstantItem,
  FieldItem,
  FileOutline,
  FunctionAnnotation,
  FunctionItem,
  IncludeItem,
  InitializerMember,
  MacroItem,
  MacroUseItem,
  Parameter,
  PrototypeItem,
  RecordItem,
  TypedefItem,
  VariableItem,
} from '../outline/types.js';
import { checkSkeleton, checkSummary } from './check.js';
import type {
  ApiEvent,
  BinaryOperator,
  Block,
  Event,
  Exit,
  Expr,
  FileSummary,
  LockEvent,
  Skeleton,
  SkeletonVariable,
  SwitchCase,
} from './types.js';

export { CodecError } from '../base/bytes.js';

/** Raised whenever the encoding changes: bytes of another version are refused and made anew. */
const VERSION = 2;
const SUMMARY_HEAD = [0x4c, 0x6f, VERSION, 1];
const SKELETON_HEAD = [0x4c, 0x6f, VERSION, 2];

/** The compact form of a file's summary. */
export function encodeSummary(summary: FileSummary): Uint8Array {
  return encode(SUMMARY_HEAD, summaryShape, summary);
}

/**
 * Equal to what was encoded.
 * @param intern may return an equal string that exists already, to share names between files
 * @throws {CodecError} when the bytes are damaged or of another version
 */
export function decodeSummary(bytes: Uint8Array, intern?: (text: string) => string): FileSummary {
  return guarded(() => checkSummary(decode(SUMMARY_HEAD, summaryShape, bytes, intern)));
}

/** The compact form of one skeleton, for those made on demand. */
export function encodeSkeleton(skeleton: Skeleton): Uint8Array {
  return encode(SKELETON_HEAD, skeletonShape, skeleton);
}

/** As {@link decodeSummary}. */
export function decodeSkeleton(bytes: Uint8Array, intern?: (text: string) => string): Skeleton {
  return guarded(() => checkSkeleton(decode(SKELETON_HEAD, skeletonShape, bytes, intern)));
}

/** Damaged bytes may also ask for more memory than there is. */
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new CodecError(error.message);
    throw error;
  }
}

/** Relative to the span before; one line is the rule. */
const span: Shape<Span> = {
  bits: 0,
  headOf: () => 0,
  write: (out, { line, column, endLine, endColumn }) => {
    out.signed(line - out.near.line);
    out.near.line = line;
    out.unsigned(column);
    writeEnd(out, line, column, endLine, endColumn);
  },
  read: (from) => {
    const line = from.near.line + from.signed();
    from.near.line = line;
    return readEnd(from, line, from.unsigned());
  },
};

/** The span of a name: mostly as wide as the name, in the column of the one before. */
const nameSpan: Shape<Span> = {
  bits: 2,
  headOf: ({ line, column, endLine, endColumn }, out) => {
    const fits = line === endLine && endColumn === column + out.near.width;
    return (fits ? 0 : 1) + (column === out.near.column ? 0 : 2);
  },
  write: (out, { line, column, endLine, endColumn }, head) => {
    out.signed(line - out.near.line);
    out.near.line = line;
    if (head >= 2) out.unsigned(column);
    out.near.column = column;
    if (head % 2 === 1) writeEnd(out, line, column, endLine, endColumn);
  },
  read: (from, head) => {
    const line = from.near.line + from.signed();
    from.near.line = line;
    const column = head >= 2 ? from.unsigned() : from.near.column;
    from.near.column = column;
    if (head % 2 === 1) return readEnd(from, line, column);
    return { line, column, endLine: line, endColumn: column + from.near.width };
  },
};

function writeEnd(out: Out, line: number, column: number, endLine: number, endColumn: number): void {
  if (endLine === line && endColumn >= column) out.unsigned((endColumn - column) * 2);
  else {
    out.unsigned(zigzag(endLine - line) * 2 + 1);
    out.unsigned(endColumn);
  }
}

function readEnd(from: Source, line: number, column: number): Span {
  const rest = from.unsigned();
  if (rest % 2 === 0) return { line, column, endLine: line, endColumn: column + rest / 2 };
  return { line, column, endLine: line + unzigzag((rest - 1) / 2), endColumn: from.unsigned() };
}

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

/** An offset, relative to the one before. */
const offset = relativeTo('offset', 0);
/** A line, mostly the one before. */
const line = relativeTo('line', 0);
/** A line, mostly the next. */
const nextLine = relativeTo('line', 1);

function relativeTo(what: 'offset' | 'line', step: number): Shape<number> {
  return {
    bits: 1,
    headOf: (value, out) => (value === out.near[what] + step ? 0 : 1),
    write: (out, value, head) => {
      if (head === 1) out.signed(value - out.near[what]);
      out.near[what] = value;
    },
    read: (from, head) => (from.near[what] += head === 1 ? from.signed() : step),
  };
}

/** A reference from an expression or block to one near it in the same list. */
const near: Shape<number> = {
  bits: 0,
  headOf: () => 0,
  write: (out, value) => out.signed(out.near.index - value),
  read: (from) => from.near.index - from.signed(),
};

/** Ids mostly count up. */
const eventId: Shape<number> = {
  bits: 1,
  headOf: (value, out) => (value === out.near.id ? 0 : 1),
  write: (out, value, head) => {
    if (head === 1) out.signed(value - out.near.id);
    out.near.id = value + 1;
  },
  read: (from, head) => {
    const value = from.near.id + (head === 1 ? from.signed() : 0);
    from.near.id = value + 1;
    return value;
  },
};

const text = usually(string, '');

const gap = record<Gap>({ kind: word(Object.keys(GAP_KINDS) as GapKind[]), at: span, detail: text });
const gaps = usuallyEmpty(list(gap));
const annotation = record<FunctionAnnotation>({ name: string, argument: string });
const annotations = usuallyEmpty(list(annotation));
const parameter = record<Parameter>({ name: string, type: string });

const functionItem = record<FunctionItem>({
  name: string,
  nameSpan: span,
  start: offset,
  bodyStart: offset,
  end: offset,
  line,
  endLine: line,
  isStatic: flag,
  isInline: flag,
  section: text,
  returns: usually(string, 'int'),
  parameters: list(parameter),
  annotations,
  condition: text,
  hash: digest,
  calls: names,
  indirectCalls: usuallyEmpty(names),
  references: usuallyEmpty(names),
  lockSites: usually(unsigned, 0),
});

const prototypeItem = record<PrototypeItem>({
  name: string,
  returns: usually(string, 'int'),
  parameters: list(parameter),
  annotations,
  isStatic: flag,
});

const macroItem = record<MacroItem>({
  name: string,
  nameSpan: span,
  parameters: orUndefined(names),
  body: text,
  line,
  condition: text,
  calls: usuallyEmpty(names),
  lockSites: usually(unsigned, 0),
});

const fieldItem = record<FieldItem>({ name: string, type: string, line, condition: text });

const recordItem = record<RecordItem>({
  kind: word<RecordItem['kind']>(['struct', 'union']),
  tag: string,
  nameSpan: span,
  fields: list(fieldItem),
  condition: text,
});

const variableItem = record<VariableItem>({
  name: string,
  nameSpan: span,
  type: string,
  isStatic: flag,
  isExtern: flag,
  condition: text,
  definedBy: text,
  members: usuallyEmpty(list(record<InitializerMember>({ field: string, value: string }))),
});

const outlineShape = record<FileOutline>({
  hash: digest,
  bytes: unsigned,
  lines: unsigned,
  includes: list(record<IncludeItem>({ path: string, system: flag })),
  functions: list(functionItem),
  prototypes: list(prototypeItem),
  macros: list(macroItem),
  records: list(recordItem),
  typedefs: list(record<TypedefItem>({ name: string, type: string })),
  variables: list(variableItem),
  constants: list(record<ConstantItem>({ name: string, value: anyNumber })),
  macroUses: list(record<MacroUseItem>({ name: string, arguments: names, line, condition: text })),
  lockSites: unsigned,
  gaps,
});

const OPERATORS: readonly BinaryOperator[] = [
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '^',
  '<<',
  '>>',
];

const expr = choice<Expr>({
  field: { base: near, name: string },
  deref: { base: near },
  local: { index: unsigned },
  parameter: { index: unsigned },
  global: { name: string },
  constant: { value: anyNumber },
  result: { event: unsigned },
  address: { base: near },
  index: { base: near, index: near },
  binary: { op: word(OPERATORS), left: near, right: near },
  unary: { op: word(['!', '-', '~', 'is-error', 'is-error-or-null'] as const), base: near },
  cast: { base: near, type: string },
  container: { base: near, type: string, member: string },
  string: {},
  config: { name: string },
  unknown: {},
});

const args = list(unsigned);
const lockEvent: Fields<Omit<LockEvent, 'k'>> = {
  id: eventId,
  api: string,
  lock: unsigned,
  args,
  at: span,
  implied: optional(flag),
};
const apiEvent: Fields<Omit<ApiEvent, 'k'>> = { id: eventId, api: string, args, at: span };

/** A name, or one more than an expression's id. */
const callee: Shape<string | number> = {
  bits: 1,
  headOf: (value) => (typeof value === 'string' ? 0 : 1),
  write: (out, value) => {
    if (typeof value === 'string') out.string(value);
    else out.unsigned(value);
  },
  read: (from, head) => (head === 0 ? from.string() : from.unsigned()),
};

const event = choice<Event>({
  call: { id: eventId, callee, args, at: span },
  assign: { id: eventId, target: unsigned, value: unsigned, at: span },
  acquire: lockEvent,
  release: lockEvent,
  try: lockEvent,
  downgrade: lockEvent,
  'assert-held': lockEvent,
  'assert-not-held': lockEvent,
  'might-acquire': lockEvent,
  transient: lockEvent,
  'lock-init': lockEvent,
  wait: apiEvent,
  complete: apiEvent,
  sleep: apiEvent,
  context: apiEvent,
  query: apiEvent,
  register: apiEvent,
  free: apiEvent,
});

const exit = choice<Exit>({
  goto: { to: near },
  branch: { condition: unsigned, whenTrue: near, whenFalse: near, loop: optional(flag), at: span },
  switch: {
    on: unsigned,
    cases: list(record<SwitchCase>({ from: unsigned, to: unsigned, block: signed })),
    otherwise: signed,
    at: span,
  },
  return: { value: signed, at: span },
  stop: {},
});

const variable = record<SkeletonVariable>({ name: string, type: text });

/** Events and exit of a block; the block's own index is what its targets are relative to. */
const block: Shape<Block> = {
  bits: 0,
  headOf: () => 0,
  write: (out, value) => {
    const index = out.near.index;
    out.unsigned(value.events.length);
    for (const one of value.events) event.write(out, one, 0);
    out.near.index = index;
    exit.write(out, value.exit, 0);
  },
  read: (from) => {
    const index = from.near.index;
    const events: Event[] = [];
    for (let left = from.count(); left > 0; left--) events.push(event.read(from, 0));
    from.near.index = index;
    return { events, exit: exit.read(from, 0) };
  },
};

const skeletonRecord = record<Skeleton>({
  name: string,
  returns: text,
  parameters: list(variable),
  locals: list(variable),
  exprs: list(expr),
  blocks: list(block),
  annotations,
  gaps,
  lockSites: unsigned,
});

/** Lines and ids of every skeleton start anew. */
const skeletonShape: Shape<Skeleton> = {
  ...skeletonRecord,
  write: (out, value, head) => {
    out.near.line = 0;
    out.near.id = 0;
    skeletonRecord.write(out, value, head);
  },
  read: (from, head) => {
    from.near.line = 0;
    from.near.id = 0;
    return skeletonRecord.read(from, head);
  },
};

const summaryShape = record<FileSummary>({
  outline: outlineShape,
  skeletons: numbered(skeletonShape),
  macroSkeletons: numbered(skeletonShape),
});
