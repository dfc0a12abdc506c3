import { createProgram } from '../../../analysis/link/index.js';
import type { LinkOptions, FunctionRef, MutableProgram } from '../../../analysis/link/types.js';
import { createModels } from '../../../analysis/models/index.js';
import type { Models } from '../../../analysis/models/types.js';
import { outlineFile } from '../../../analysis/outline/index.js';
import type {
  FileOutline,
  FunctionItem,
  MacroItem,
  PrototypeItem,
  RecordItem,
  VariableItem,
} from '../../../analysis/outline/types.js';
import type {
  Block,
  Event,
  Expr,
  FileSummary,
  Skeleton,
  SkeletonVariable,
} from '../../../analysis/skeleton/types.js';

const NOWHERE = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** What a test says of a file: names and little else, the rest is filled in. */
export interface Source {
  /** `<a.h>` or `"a.h"`. */
  readonly includes?: readonly string[];
  readonly functions?: readonly FunctionItem[];
  readonly macros?: readonly MacroItem[];
  readonly prototypes?: readonly PrototypeItem[];
  readonly records?: readonly RecordItem[];
  readonly typedefs?: Readonly<Record<string, string>>;
  readonly variables?: readonly VariableItem[];
  readonly constants?: Readonly<Record<string, number>>;
  readonly skeletons?: Readonly<Record<number, Skeleton>>;
}

export function summary(source: Source): FileSummary {
  const outline: FileOutline = {
    bytes: 0,
    lines: 0,
    includes: (source.includes ?? []).map((text) => ({
      path: text.slice(1, -1),
      system: text.startsWith('<'),
      condition: '',
    })),
    functions: source.functions ?? [],
    prototypes: source.prototypes ?? [],
    macros: source.macros ?? [],
    records: source.records ?? [],
    typedefs: Object.entries(source.typedefs ?? {}).map(([name, type]) => ({ name, type })),
    variables: source.variables ?? [],
    constants: Object.entries(source.constants ?? {}).map(([name, value]) => ({ name, value })),
    macroUses: [],
    lockInits: [],
    lockSites: 0,
    lockPointers: [],
    guards: [],
    orders: [],
    gaps: [],
  };
  const skeletons = new Map(
    Object.entries(source.skeletons ?? {}).map(([index, skeleton]) => [Number(index), skeleton]),
  );
  return { outline, skeletons, macroSkeletons: new Map() };
}

/** A function; `calls` are the names it calls. `static` in front of the name makes it so. */
export function fn(
  name: string,
  calls: readonly string[] = [],
  more: Partial<FunctionItem> = {},
): FunctionItem {
  const { plain, isStatic } = storage(name);
  return {
    name: plain,
    nameSpan: NOWHERE,
    start: 0,
    end: 0,
    bodyStart: 0,
    line: 1,
    endLine: 1,
    isStatic,
    isInline: false,
    section: '',
    returns: 'void',
    parameters: [],
    annotations: [],
    condition: '',
    hash: `hash of ${plain}: ${calls.join()}`,
    calls,
    indirectCalls: [],
    references: [],
    fills: [],
    lockSites: 0,
    ...more,
  };
}

/** `name(a, b)` for a function-like macro, `name` for an object-like one. */
export function macro(head: string, body: string, calls: readonly string[] = []): MacroItem {
  const open = head.indexOf('(');
  const parameters =
    open < 0
      ? undefined
      : head
          .slice(open + 1, -1)
          .split(',')
          .map((parameter) => parameter.trim());
  return {
    name: open < 0 ? head : head.slice(0, open),
    nameSpan: NOWHERE,
    parameters,
    body,
    line: 1,
    condition: '',
    calls,
    lockSites: 0,
  };
}

export function prototype(name: string, returns = 'void'): PrototypeItem {
  const { plain, isStatic } = storage(name);
  return { name: plain, returns, parameters: [], annotations: [], isStatic };
}

export function record(head: string, fields: Readonly<Record<string, string>>, line = 1): RecordItem {
  const [kind, tag] = head.split(' ');
  return {
    kind: kind === 'union' ? 'union' : 'struct',
    tag: tag ?? '',
    nameSpan: NOWHERE,
    fields: Object.entries(fields).map(([name, type], at) => ({
      name,
      type,
      line: line + at,
      condition: '',
    })),
    condition: '',
  };
}

/** A variable; `static` or `extern` in front of the name. */
export function variable(
  name: string,
  type: string,
  members: Readonly<Record<string, string>> = {},
): VariableItem {
  const { plain, isStatic, isExtern } = storage(name);
  return {
    name: plain,
    nameSpan: NOWHERE,
    type,
    isStatic,
    isExtern,
    condition: '',
    definedBy: '',
    members: Object.entries(members).map(([field, value]) => ({ field, value })),
  };
}

function storage(name: string): { plain: string; isStatic: boolean; isExtern: boolean } {
  const words = name.split(' ');
  return {
    plain: words[words.length - 1] ?? '',
    isStatic: words.includes('static'),
    isExtern: words.includes('extern'),
  };
}

/** Models that know one container macro and one transparent call, as far as linking cares. */
export const MODELS = {
  hash: '',
  container: (name: string) =>
    name === 'container_of' ? { pointerArg: 0, typeArg: 1, memberArg: 2 } : undefined,
  transparent: (name: string) => (name === 'READ_ONCE' ? 0 : undefined),
  isMemberCall: () => false,
} as unknown as Models;

export function link(files: Readonly<Record<string, Source>>, options?: LinkOptions): MutableProgram {
  const program = createProgram(MODELS, options);
  for (const [path, source] of Object.entries(files)) program.setFile(path, summary(source));
  return program;
}

const REAL_MODELS = createModels();

/** Files given as C, without skeletons. */
export function linkText(files: Readonly<Record<string, string>>): MutableProgram {
  const program = createProgram(REAL_MODELS);
  for (const [path, text] of Object.entries(files)) program.setFile(path, summaryOf(text));
  return program;
}

/** The summary of a C text, without skeletons. */
export function summaryOf(text: string): FileSummary {
  return { outline: outlineFile(text, REAL_MODELS), skeletons: new Map(), macroSkeletons: new Map() };
}

/** `file:name` of each, macros as `file:name()`. */
export function shown(refs: readonly FunctionRef[]): string[] {
  return refs.map((ref) => `${ref.file}:${ref.name}${ref.macro === undefined ? '' : '()'}`);
}

export function functionNamed(program: MutableProgram, file: string, name: string): FunctionRef {
  const index = program.outline(file)?.functions.findIndex((item) => item.name === name) ?? -1;
  const found = program.functionAt(file, index);
  if (found === undefined) throw new Error(`no function ${name} in ${file}`);
  return found;
}

function variablesOf(types: Readonly<Record<string, string>> = {}): SkeletonVariable[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

/** A skeleton of one block. */
export function skeleton(
  exprs: readonly Expr[],
  events: readonly Event[] = [],
  variables: {
    parameters?: Readonly<Record<string, string>>;
    locals?: Readonly<Record<string, string>>;
  } = {},
): Skeleton {
  const block: Block = { events, exit: { k: 'return', value: -1, at: NOWHERE } };
  return {
    name: 'f',
    returns: 'void',
    parameters: variablesOf(variables.parameters),
    locals: variablesOf(variables.locals),
    exprs,
    blocks: [block],
    annotations: [],
    gaps: [],
    lockSites: 0,
  };
}

export function assign(id: number, target: number, value: number): Event {
  return { k: 'assign', id, target, value, at: NOWHERE };
}

export function call(id: number, callee: string | number, args: readonly number[] = []): Event {
  return { k: 'call', id, callee, args, at: NOWHERE };
}
