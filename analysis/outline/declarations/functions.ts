import { madeName } from '../made-names.js';
import { calledNames, scanBody, sortedNames } from './bodies.js';
import { fillsOf } from './fills.js';
import { annotationsOf, readDeclarator, readParameters } from './declarators.js';
import type { Declarator } from './declarators.js';
import type { Outliner } from '../outliner.js';
import { hashUnits } from '../tokens/hash.js';
import { readGiven, readInit, readPointer } from './inits.js';
import { noteTagged } from './records.js';
import type { Scan } from '../tokens/scan.js';
import { readSpecifiers } from './specifiers.js';
import type { Specifiers } from './specifiers.js';
import { F_KEYWORD, F_UPPER, textOf } from '../tokens/symbols.js';
import { OPEN, T_IDENTIFIER, T_NUMBER } from '../tokens/tokens.js';
import type { Condition, FunctionItem, Parameter } from '../types.js';
import { behindGroup, nextComma } from '../tokens/walk.js';

/** The tokens of a function: head [from, headEnd), its `{`, and its last token. */
export interface FunctionTokens {
  readonly from: number;
  readonly headEnd: number;
  readonly body: number;
  readonly last: number;
}

interface Head {
  readonly name: string;
  readonly token: number;
  readonly spec: Specifiers;
  readonly declarator: Declarator;
  readonly parameters: readonly Parameter[];
}

const symbolsOfParameters: number[] = [];

/** The name and parameters of a function with this head; `undefined` if it is not a function's head. */
function readHead(scan: Scan, from: number, headEnd: number): Head | undefined {
  const spec = readSpecifiers(scan, from, headEnd);
  const declarator = readDeclarator(scan, spec.next, headEnd, spec.base);
  const { name: token, parameters: open } = declarator;
  if (token < 0 || open < 0) return undefined;
  symbolsOfParameters.length = 0;
  const made = readMadeName(scan, spec, token, open);
  if (made !== undefined) return { ...made, token, spec, declarator };
  return {
    name: scan.nameOf(token),
    token,
    spec,
    declarator,
    parameters: readParameters(scan, open, symbolsOfParameters),
  };
}

/** `MACRO(name, …)` and `MACRO(name)(…)` as the head of a function. */
function readMadeName(
  scan: Scan,
  spec: Specifiers,
  token: number,
  open: number,
): { name: string; parameters: readonly Parameter[] } | undefined {
  const { kinds, values, starts, ends } = scan.tokens;
  const { flags } = scan.symbols;
  const list = token + 1;
  if (kinds[list] !== OPEN) return undefined;
  const first = list + 1;
  const close = values[list]!;
  if (close <= first || (kinds[first] !== T_IDENTIFIER && kinds[first] !== T_NUMBER)) return undefined;
  const name = madeName(scan.nameOf(token), textOf(scan.units, starts[first]!, ends[first]!));
  if (list !== open) return { name, parameters: readParameters(scan, open, symbolsOfParameters) };
  const firstEnd = nextComma(scan, first, close);
  const isKeyword = kinds[first] === T_IDENTIFIER && (flags[values[first]!]! & F_KEYWORD) !== 0;
  const isLone = firstEnd === first + 1 && !isKeyword;
  const isMacro = spec.words <= 1 || (flags[values[token]!]! & F_UPPER) !== 0;
  if (!isLone || !isMacro) return undefined;
  return { name, parameters: readPairs(scan, firstEnd, close) };
}

/** Reads `, type, name, type, name`, or plain parameters, after the first argument of a macro. */
function readPairs(scan: Scan, from: number, close: number): Parameter[] {
  const { kinds, values } = scan.tokens;
  const bounds: number[] = [];
  for (let at = from; at < close; at = nextComma(scan, at + 1, close)) bounds.push(at + 1);
  bounds.push(close + 1);
  const count = bounds.length - 1;
  const isLone = (index: number): boolean =>
    bounds[index + 1] === bounds[index]! + 2 && kinds[bounds[index]!] === T_IDENTIFIER;
  const list: Parameter[] = [];
  for (let index = 0; index < count; index++) {
    const end = bounds[index + 1]! - 1;
    const spec = readSpecifiers(scan, bounds[index]!, end);
    const { name, type, isFunction } = readDeclarator(scan, spec.next, end, spec.base);
    if (isFunction && spec.base === '') {
      // A macro that expands to several parameters.
      list.push({ name: '', type: '' });
      continue;
    }
    let token = name;
    // A type without a name: the name is the next argument.
    if (token < 0 && index + 1 < count && isLone(index + 1)) token = bounds[++index]!;
    if (token >= 0) symbolsOfParameters.push(values[token]!);
    list.push({ name: token < 0 ? '' : scan.nameOf(token), type });
  }
  return list;
}

/** Notes a type defined in a body. The outer of nested types has noted the inner ones. */
function noteLocalType(out: Outliner, token: number, last: number): void {
  const { scan } = out;
  const spec = readSpecifiers(scan, token, last);
  if (spec.body < 0 || token < out.localTypesEnd) return;
  out.localTypesEnd = behindGroup(scan, spec.body, last);
  const { name } = readDeclarator(scan, spec.next, last, spec.base);
  noteTagged(out, spec, name < 0 ? '' : `::${scan.nameOf(name)}`, 0);
}

/** Notes a function and returns it; `undefined` if the tokens before `{` are not a function's head. */
export function noteFunction(
  out: Outliner,
  tokens: FunctionTokens,
  condition: Condition,
): FunctionItem | undefined {
  const { scan } = out;
  const head = readHead(scan, tokens.from, tokens.headEnd);
  if (head === undefined) return undefined;
  const { spec, declarator } = head;
  const { starts, ends } = scan.tokens;
  const facts = scanBody(
    scan.tokens,
    scan.symbols,
    tokens.body + 1,
    tokens.last + 1,
    symbolsOfParameters,
    false,
  );
  const start = starts[tokens.from]!;
  const end = ends[tokens.last]!;
  const item: FunctionItem = {
    name: head.name,
    nameSpan: scan.tokenSpan(head.token),
    start,
    end,
    bodyStart: starts[tokens.body]!,
    line: scan.lineAt(start),
    endLine: scan.lineAt(end),
    isStatic: spec.isStatic,
    isInline: spec.isInline,
    section: spec.section,
    returns: declarator.isFunction ? declarator.type.slice(0, -2) : '',
    parameters: head.parameters,
    annotations: annotationsOf(spec, declarator),
    condition,
    hash: hashUnits(scan.units, start, end),
    calls: calledNames(scan.symbols, facts),
    indirectCalls: sortedNames(scan.symbols, facts.indirectCalls),
    references: sortedNames(scan.symbols, facts.references),
    fills: fillsOf(scan, facts, {
      bodyStart: tokens.body,
      parameters: head.parameters,
      variables: out.variables,
    }),
    lockSites: facts.lockSites,
  };
  out.functions.push(item);
  for (const token of facts.inits) {
    const init = readInit(scan, token, tokens.body, head.parameters);
    if (init !== undefined) out.lockInits.push(init);
    const given = readGiven(scan, token, tokens.body, head.parameters);
    if (given !== undefined) out.lockPointers.push(given);
  }
  for (const token of facts.pointers) {
    const pointer = readPointer(scan, token, tokens.body, head.parameters);
    if (pointer !== undefined) out.lockPointers.push(pointer);
  }
  for (const token of facts.definitions) noteLocalType(out, token, tokens.last);
  // A body shared by two heads is counted once.
  if (tokens.body >= (out.bodies[out.bodies.length - 1] ?? 0)) {
    out.lockSites += facts.lockSites;
    out.bodies.push(tokens.body, tokens.last + 1);
  }
  return item;
}
