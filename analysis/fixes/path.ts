import { baseOf } from '../base/ctype.js';
import type { Models } from '../models/types.js';
import { text, type LockCall } from './calls.js';
import { all, parts, plainText, type CodeNode, type FunctionCode } from './code.js';
import { operator } from './forms.js';

/** What the expression that names a lock depends on. */
export interface LockPath {
  /** Local variables whose value it uses. */
  readonly locals: ReadonlySet<string>;
  /** File-scope variables it starts at. */
  readonly globals: ReadonlySet<string>;
  /** Pointers read from memory on the way, as text: `a->child` of `&a->child->lock`. */
  readonly loads: ReadonlySet<string>;
  /** Something in it that cannot be followed: a call, an assignment. */
  readonly opaque: string | undefined;
}

/** Types of the parameters and locals of a function by name, `''` when not written; static locals are left out. */
export function localTypes(code: FunctionCode): Map<string, string> {
  const types = new Map<string, string>();
  for (const parameter of code.item.parameters) types.set(parameter.name, baseOf(parameter.type));
  for (const declaration of all(code.body, 'declaration')) {
    if (declaration.children.some((child) => text(code, child) === 'static')) continue;
    const [type, ...declarators] = parts(declaration).filter((part) => part.kind !== 'type_qualifier');
    for (const declarator of declarators) {
      const name = declaredName(declarator);
      if (name && type) types.set(text(code, name), plainText(code, type));
    }
  }
  return types;
}

function declaredName(declarator: CodeNode): CodeNode | undefined {
  if (declarator.kind === 'identifier') return declarator;
  const inner = parts(declarator)[0];
  return inner && declaredName(inner);
}

/** `isArray` tells of a file-scope variable whether it is an array rather than a pointer. */
export function lockPath(
  code: FunctionCode,
  models: Models,
  call: LockCall,
  isArray: (name: string) => boolean,
): LockPath {
  const types = localTypes(code);
  const locals = new Set<string>();
  const globals = new Set<string>();
  const loads = new Set<string>();
  let opaque: string | undefined;
  // A helper's lock has a text of its own, in the words of this function.
  const source = { text: call.lockSource };
  const own = { ...code, ...source };

  const variable = (node: CodeNode, read: boolean): void => {
    const name = text(own, node);
    if (types.has(name)) locals.add(name);
    else {
      globals.add(name);
      if (read) loads.add(name);
    }
  };
  /** The value of an expression is needed. */
  const value = (node: CodeNode): void => {
    const [first, second] = parts(node);
    switch (node.kind) {
      case 'identifier':
        return variable(node, true);
      case 'number_literal':
        return;
      case 'parenthesized_expression':
        return first && value(first);
      case 'cast_expression':
        return second && value(second);
      case 'pointer_expression':
        if (!first) return;
        if (operator(node) === '&') return address(first);
        value(first);
        loads.add(plainText(source, node));
        return;
      case 'field_expression':
        address(node);
        loads.add(plainText(source, node));
        return;
      case 'subscript_expression':
        address(node);
        loads.add(plainText(source, node));
        return;
      case 'binary_expression':
        if (first) value(first);
        if (second) value(second);
        return;
      case 'call_expression':
        return called(node);
      default:
        opaque ??= plainText(source, node);
    }
  };
  /** Only the place of an expression is needed. */
  const address = (node: CodeNode): void => {
    const [first, second] = parts(node);
    switch (node.kind) {
      case 'identifier':
        return variable(node, false);
      case 'parenthesized_expression':
        return first && address(first);
      case 'pointer_expression':
        return operator(node) === '*' && first ? value(first) : void (opaque ??= plainText(source, node));
      case 'field_expression':
        if (!first) return;
        return node.children.some((child) => child.kind === '->') ? value(first) : address(first);
      case 'subscript_expression':
        if (second) value(second);
        // Whether `x->y[i]` reads a pointer `y` or is inside an array `y` is not told by the text.
        if (first?.kind === 'identifier') variable(first, !isArray(text(own, first)));
        else if (first) value(first);
        return;
      default:
        opaque ??= plainText(source, node);
    }
  };
  const called = (node: CodeNode): void => {
    const [callee, list] = parts(node);
    const name = callee?.kind === 'identifier' ? text(own, callee) : '';
    const position = models.transparent(name) ?? models.container(name)?.pointerArg;
    const inner = position === undefined || !list ? undefined : parts(list)[position];
    if (inner) value(inner);
    else opaque ??= plainText(source, node);
  };

  if (call.lock) {
    value(call.lock);
    // The last step of a pointer's own value is no way to another object when a path follows it.
    if ((call.api.path?.split('->').length ?? 0) > 2) opaque ??= text(code, call.node);
  } else if (call.api.implicit === undefined) opaque = text(code, call.node);
  return { locals, globals, loads, opaque };
}

/**
 * Whether the lock that `moved` names is the same, and as safe to touch, before `other` is taken: the reason
 * why not, or nothing. Pointers that the way to `other` reads as well were read without it before.
 */
export function unstable(
  moved: LockPath,
  other: LockPath,
  names: { moved: string; other: string },
): string | undefined {
  if (moved.opaque !== undefined)
    return `${moved.opaque} may give another lock before ${names.other} is taken`;
  for (const load of moved.loads) {
    if (!other.loads.has(load)) {
      return `${load}, through which ${names.moved} is reached, may be protected by ${names.other}`;
    }
  }
  return undefined;
}

/** Identifiers that stand for the object a lock is in, for asking whether code touches that object. */
export function rootsOf(path: LockPath): Set<string> {
  return new Set([...path.locals, ...path.globals]);
}

/** The type of the objects that the path's locals point to. */
export function rootTypes(code: FunctionCode, path: LockPath): Set<string> {
  const types = localTypes(code);
  return new Set([...path.locals].map((name) => types.get(name) ?? ''));
}
