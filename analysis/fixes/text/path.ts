import { baseOf } from '../../base/ctype.js';
import type { Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import { text, type LockCall } from './calls.js';
import { all, parts, plainText, type CodeNode, type FunctionCode } from './code.js';
import { operator } from './forms.js';

/** The variables and loads that a lock's expression depends on. */
export interface LockPath {
  /** Local variables whose value it reads. */
  readonly locals: ReadonlySet<string>;
  /** Global variables at which the path starts. */
  readonly globals: ReadonlySet<string>;
  /** Pointers it loads from memory, as text (`a->child` of `&a->child->lock`), each with its identifiers. */
  readonly loads: ReadonlyMap<string, ReadonlySet<string>>;
  /** A part that cannot be followed, such as a call or an assignment, with its identifiers. */
  readonly opaque: Opaque | undefined;
}

export interface Opaque {
  readonly text: string;
  readonly names: ReadonlySet<string>;
}

/** Types of a function's parameters and locals by name, `''` if not written. Static locals are left out. */
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

/** The variable that a declarator declares. */
export function declaredName(declarator: CodeNode): CodeNode | undefined {
  if (declarator.kind === 'identifier') return declarator;
  const inner = parts(declarator)[0];
  return inner && declaredName(inner);
}

/** What a function sets one of its variables to, at its declaration or later. */
export function setTo(code: FunctionCode, name: string): readonly CodeNode[] {
  return [...all(code.body, 'assignment_expression'), ...all(code.body, 'init_declarator')].flatMap(
    (node) => {
      const [target, value] = parts(node);
      return target && value && text(code, target) === name ? [value] : [];
    },
  );
}

/** The surroundings of a function's expressions. */
export interface PathContext {
  readonly code: FunctionCode;
  readonly models: Models;
  readonly program: Program;
}

export function lockPath(context: PathContext, call: LockCall): LockPath {
  const { code } = context;
  // A helper's lock has a separate text, in this function's names.
  const reader = new PathReader(context, call.lockSource);
  if (call.lock) {
    reader.value(call.lock);
    // A path of more than one step leads to another object.
    if ((call.api.path?.split('->').length ?? 0) > 2) reader.giveUp(call.node, code.text);
  } else if (call.api.implicit === undefined) reader.giveUp(call.node, code.text);
  return reader;
}

/** The dependencies of any expression's value. */
export function valuePath(context: PathContext, node: CodeNode): LockPath {
  const reader = new PathReader(context, context.code.text);
  reader.value(node);
  return reader;
}

class PathReader implements LockPath {
  readonly locals = new Set<string>();
  readonly globals = new Set<string>();
  readonly loads = new Map<string, ReadonlySet<string>>();
  opaque: Opaque | undefined;
  private readonly types: ReadonlyMap<string, string>;

  constructor(
    private readonly context: PathContext,
    private readonly source: string,
  ) {
    this.types = localTypes(context.code);
  }

  giveUp(node: CodeNode, source = this.source): void {
    this.opaque ??= { text: plainText({ text: source }, node), names: namesIn(source, node) };
  }

  /** Adds the dependencies of an expression's value. */
  value(node: CodeNode): void {
    const [first, second] = parts(node);
    switch (node.kind) {
      case 'identifier':
        return this.variable(node, true);
      case 'number_literal':
      case 'null':
        return;
      case 'parenthesized_expression':
        return first && this.value(first);
      case 'cast_expression':
        return second && this.value(second);
      case 'pointer_expression':
        if (first && operator(node) === '&') return this.address(first);
        if (first) this.value(first);
        return this.load(node);
      case 'field_expression':
      case 'subscript_expression':
        this.address(node);
        return this.load(node);
      case 'binary_expression':
        if (first) this.value(first);
        return second && this.value(second);
      case 'call_expression':
        return this.called(node);
      default:
        return this.giveUp(node);
    }
  }

  /** Adds the dependencies of an expression's address. */
  private address(node: CodeNode): void {
    const [first, second] = parts(node);
    switch (node.kind) {
      case 'identifier':
        return this.variable(node, false);
      case 'parenthesized_expression':
        return first && this.address(first);
      case 'pointer_expression':
        return first && operator(node) === '*' ? this.value(first) : this.giveUp(node);
      case 'field_expression':
        if (!first) return;
        return node.children.some((child) => child.kind === '->') ? this.value(first) : this.address(first);
      case 'subscript_expression':
        if (second) this.value(second);
        // The text does not tell whether `x->y[i]` reads a pointer `y` or indexes an array `y`.
        if (first?.kind === 'identifier') this.variable(first, !this.isArray(this.text(first)));
        else if (first) this.value(first);
        return;
      default:
        return this.giveUp(node);
    }
  }

  private variable(node: CodeNode, read: boolean): void {
    const name = this.text(node);
    if (this.types.has(name)) this.locals.add(name);
    else if (!isConstant(this.context, name)) {
      this.globals.add(name);
      if (read) this.load(node);
    }
  }

  private load(node: CodeNode): void {
    this.loads.set(plainText({ text: this.source }, node), namesIn(this.source, node));
  }

  private called(node: CodeNode): void {
    const { models, code } = this.context;
    const [callee, list] = parts(node);
    const name = callee?.kind === 'identifier' ? this.text(callee) : '';
    const position = models.transparent(name) ?? models.container(name)?.pointerArg ?? code.container?.(name);
    const inner = position === undefined || !list ? undefined : parts(list)[position];
    return inner ? this.value(inner) : this.giveUp(node);
  }

  private isArray(name: string): boolean {
    const { program, code } = this.context;
    return program.resolveVariable(name, code.file)?.item.type.endsWith('[]') ?? false;
  }

  private text(node: CodeNode): string {
    return this.source.slice(node.start, node.end);
  }
}

/** Whether a name is an enumerator or a macro for a number. */
export function isConstant({ program, code }: PathContext, name: string): boolean {
  return program.resolveConstant(name, code.file) !== undefined;
}

function namesIn(source: string, node: CodeNode): Set<string> {
  return new Set(all(node, 'identifier').map((found) => source.slice(found.start, found.end)));
}

/** Identifiers that may denote the object containing a lock, to test whether code touches that object. */
export function rootsOf(path: LockPath): Set<string> {
  return new Set([...path.locals, ...path.globals]);
}

/** Types of the objects that the path's locals point to. */
export function rootTypes(code: FunctionCode, path: LockPath): Set<string> {
  const types = localTypes(code);
  return new Set([...path.locals].map((name) => types.get(name) ?? ''));
}
