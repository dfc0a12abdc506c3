import type { CType } from '../../base/ctype.js';
import type { Scan } from '../tokens/scan.js';
import {
  isNoName,
  macroLikeness,
  noReturnIn,
  opensPointer,
  readSpecifiers,
  type Specifiers,
} from './specifiers.js';
import { F_ANNOTATION, F_ATTRIBUTE, F_ATTRIBUTE_CALL, F_QUALIFIER, textOf } from '../tokens/symbols.js';
import { EQUALS, OPEN, OPEN_BRACKET, STAR, T_DIRECTIVE, T_ELLIPSIS, T_IDENTIFIER } from '../tokens/tokens.js';
import type { FunctionAnnotation, Parameter } from '../types.js';
import { behindGroup, follow, nextComma } from '../tokens/walk.js';

const CARET = 94;
const DEEPEST = 40;

/** A declarator as read by {@link readDeclarator}. */
export interface Declarator {
  /** Token of the name; -1 for an abstract declarator. */
  name: number;
  type: CType;
  /** Token of the `(` of its parameters if it declares a function or a pointer to one, otherwise -1. */
  parameters: number;
  /** The name is itself a function, not a pointer to one. */
  isFunction: boolean;
  annotations: FunctionAnnotation[];
  /** First token after the declarator, usually `,`, `;`, `=`, `:` or `{`. */
  next: number;
}

/** One declarator in tokens [from, to) on top of a base type. */
export function readDeclarator(scan: Scan, from: number, to: number, base: CType): Declarator {
  const result: Declarator = {
    name: -1,
    type: base,
    parameters: -1,
    isFunction: false,
    annotations: [],
    next: from,
  };
  result.next = readLevel(scan, from, to, base, result, 0);
  result.isFunction = result.type.endsWith('()');
  readTail(scan, to, result);
  return result;
}

/** Pointers, then a name or a group, then arrays and parameters; the group applies last. */
function readLevel(
  scan: Scan,
  from: number,
  to: number,
  base: CType,
  result: Declarator,
  depth: number,
): number {
  const { kinds, values } = scan.tokens;
  let type = base;
  let at = from;
  for (; at < to; at++) {
    const kind = kinds[at]!;
    if (kind === STAR || kind === CARET) type = scan.symbols.pointerTo(type);
    else if (kind === T_DIRECTIVE) at = follow(scan, at) - 1;
    else if (kind === T_IDENTIFIER) {
      const flag = scan.symbols.flags[values[at]!]!;
      if ((flag & F_ATTRIBUTE_CALL) !== 0) {
        if (kinds[at + 1] === OPEN) at = behindGroup(scan, at + 1, to) - 1;
      } else if ((flag & (F_QUALIFIER | F_ATTRIBUTE)) === 0) {
        // Of several consecutive words, one is the name; the others are macros.
        if (at + 1 >= to || kinds[at + 1] !== T_IDENTIFIER || isNoName(scan, at + 1)) break;
        if (macroLikeness(scan.symbols.flags[values[at + 1]!]!) > macroLikeness(flag)) break;
      }
    } else break;
  }
  let group = -1;
  if (at < to && kinds[at] === T_IDENTIFIER) {
    result.name = at++;
    // A name made by a macro: `NAME(part)(parameters)`.
    if (kinds[at] === OPEN && at < to) {
      const behind = behindGroup(scan, at, to);
      if (behind < to && kinds[behind] === OPEN) at = behind;
    }
  } else if (at < to && kinds[at] === OPEN && depth < DEEPEST && groupsDeclarator(scan, at, to)) {
    group = at;
    at = behindGroup(scan, at, to);
  }
  let arrays = 0;
  let hasParameters = false;
  while (at < to) {
    if (kinds[at] === OPEN_BRACKET) arrays++;
    else if (kinds[at] === OPEN && !hasParameters) {
      hasParameters = true;
      result.parameters = at;
    } else if (kinds[at] === T_DIRECTIVE && !hasParameters) {
      at = follow(scan, at);
      continue;
    } else break;
    at = behindGroup(scan, at, to);
  }
  if (hasParameters) type = `${type}()`;
  if (arrays > 0) type += '[]'.repeat(arrays);
  result.type = type;
  if (group >= 0) {
    const outerParameters = result.parameters;
    result.parameters = -1;
    readLevel(scan, group + 1, behindGroup(scan, group, to) - 1, type, result, depth + 1);
    if (result.parameters < 0) result.parameters = outerParameters;
  }
  return at;
}

/** In a declarator without a name so far, `(` groups unless it opens a parameter list. */
function groupsDeclarator(scan: Scan, open: number, to: number): boolean {
  const { kinds } = scan.tokens;
  if (opensPointer(scan, open, to)) return true;
  if (kinds[open + 1] === OPEN) return true;
  // `(name)(…)`, `(name)[…]`
  const close = scan.tokens.values[open]!;
  if (close === open + 2 && kinds[open + 1] === T_IDENTIFIER) {
    const behind = close + 1 < to ? kinds[close + 1] : 0;
    return behind === OPEN && !isNoName(scan, open + 1);
  }
  return (
    kinds[open + 1] === T_IDENTIFIER &&
    kinds[open + 2] === OPEN &&
    !isNoName(scan, open + 1) &&
    (close + 1 >= to || kinds[close + 1] === OPEN)
  );
}

/** The annotations of a function, in front of its declarator and behind it. */
export function annotationsOf({ noReturn }: Specifiers, { annotations }: Declarator): FunctionAnnotation[] {
  return noReturn === '' ? annotations : [...annotations, { name: noReturn, argument: '' }];
}

/** Reads attributes and lock annotations after a declarator. */
function readTail(scan: Scan, to: number, result: Declarator): void {
  const { kinds, values, starts, ends } = scan.tokens;
  let at = result.next;
  while (at < to) {
    const kind = kinds[at]!;
    if (kind === T_DIRECTIVE) {
      at = follow(scan, at);
      continue;
    }
    if (kind !== T_IDENTIFIER) break;
    const isCall = at + 1 < to && kinds[at + 1] === OPEN;
    const behind = isCall ? behindGroup(scan, at + 1, to) : at + 1;
    if ((scan.symbols.flags[values[at]!]! & F_ANNOTATION) !== 0) {
      const argument = isCall ? textOf(scan.units, ends[at + 1]!, starts[behind - 1]!).trim() : '';
      result.annotations.push({ name: scan.nameOf(at), argument });
    } else {
      const noReturn = noReturnIn(scan, at, to);
      if (noReturn !== '') result.annotations.push({ name: noReturn, argument: '' });
    }
    at = behind;
  }
  result.next = at;
}

/** The parameters between `open` and its partner, without a variadic tail. `names` receives their symbols. */
export function readParameters(scan: Scan, open: number, names?: number[]): Parameter[] {
  return readParameterList(scan, open + 1, scan.tokens.values[open]!, names);
}

/** The parameters in tokens [from, close). */
export function readParameterList(scan: Scan, from: number, close: number, names?: number[]): Parameter[] {
  const { kinds } = scan.tokens;
  const list: Parameter[] = [];
  let at = from;
  while (at < close) {
    const end = nextComma(scan, at, close);
    const spec = readSpecifiers(scan, at, end);
    const declarator = readDeclarator(scan, spec.next, end, spec.base);
    const type = declarator.isFunction ? scan.symbols.pointerTo(declarator.type) : declarator.type;
    const name = declarator.name < 0 ? '' : scan.nameOf(declarator.name);
    if (declarator.name >= 0) names?.push(scan.tokens.values[declarator.name]!);
    if (!(type === 'void' && name === '') && kinds[at] !== T_ELLIPSIS) list.push({ name, type });
    at = end + 1;
  }
  return list;
}

/** The token after an initialiser that begins at `from`. */
export function behindInitializer(scan: Scan, from: number, to: number): number {
  return scan.tokens.kinds[from] === EQUALS ? nextComma(scan, from, to) : from;
}
