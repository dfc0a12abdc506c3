import { fieldType } from './field-type.js';
import { pointee, type CType } from '../../base/ctype.js';
import type { Program } from '../types.js';

/** Maximum nesting depth of macros. */
const DEEPEST = 8;

/** Types of names inside a replacement text. */
type Bindings = ReadonlyMap<string, CType>;

const TOKEN = /\s*(->|[A-Za-z_]\w*|\d\w*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s])/gy;
const TYPE_KEYWORD = new Set(['struct', 'union', 'enum', 'const', 'volatile', 'unsigned', 'signed']);

/**
 * The C type of a macro's replacement text; `''` unless it is a simple expression: access paths, casts, address and
 * dereference, calls, container_of and similar macros.
 */
function typeOfText(text: string, bindings: Bindings, file: string, program: Program, depth = 0): CType {
  if (depth > DEEPEST) return '';
  const tokens = [...text.matchAll(TOKEN)].map((match) => match[1] ?? '');
  const reader = new Reader(tokens, bindings, file, program, depth);
  const type = reader.expression();
  return reader.atEnd() ? type : '';
}

class Reader {
  private at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly bindings: Bindings,
    private readonly file: string,
    private readonly program: Program,
    private readonly depth: number,
  ) {}

  atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  expression(): CType {
    const left = this.unary();
    if (this.skip('?')) {
      const whenTrue = this.expression();
      const whenFalse = this.skip(':') ? this.expression() : '';
      return whenTrue === '' ? whenFalse : whenTrue;
    }
    if (this.skip('+') || this.skip('-')) {
      const right = this.expression();
      return pointee(left) === undefined && pointee(right) !== undefined ? right : left;
    }
    return left;
  }

  private unary(): CType {
    if (this.skip('&')) {
      const type = this.unary();
      return type === '' ? '' : `${type}*`;
    }
    if (this.skip('*')) return this.target(this.unary());
    if (this.peek() === '(' && this.startsType(this.at + 1)) {
      this.at += 1;
      const type = this.type();
      if (!this.skip(')')) return this.fail();
      this.unary();
      return type;
    }
    return this.postfix();
  }

  private postfix(): CType {
    let type = this.primary();
    for (;;) {
      if (this.skip('.')) type = this.member(type, this.next());
      else if (this.skip('->')) type = this.member(this.target(type), this.next());
      else if (this.peek() === '[') {
        this.skipGroup();
        type = this.target(type);
      } else return type;
    }
  }

  private primary(): CType {
    if (this.skip('(')) {
      const type = this.peek() === '{' ? this.lastStatement() : this.expression();
      return this.skip(')') ? type : this.fail();
    }
    const name = this.next();
    if (!/^[A-Za-z_]/.test(name)) return /^\d/.test(name) ? 'int' : this.fail();
    const bound = this.bindings.get(name);
    if (this.peek() === '(') return this.call(name, this.arguments());
    if (bound !== undefined) return bound;
    return typeOfName(name, this.file, this.program, this.depth);
  }

  /** The type of `({ …; value; })`; reads to its closing parenthesis. */
  private lastStatement(): CType {
    this.at -= 1;
    const end = this.groupEnd();
    const statements = this.tokens
      .slice(this.at + 2, end - 1)
      .join(' ')
      .split(';');
    this.at = end;
    const value = statements.filter((statement) => statement.trim() !== '').pop();
    return value === undefined ? '' : this.typeOf(value);
  }

  private typeOf(text: string): CType {
    return typeOfText(text, this.bindings, this.file, this.program, this.depth + 1);
  }

  private call(name: string, args: readonly string[]): CType {
    const typeOf = (text: string | undefined): CType => (text === undefined ? '' : this.typeOf(text));
    const container = this.program.models.container(name);
    if (container !== undefined) {
      if (container.typeOfArg !== undefined) return typeOf(args[container.typeOfArg]);
      const type = container.type ?? typeName(args[container.typeArg] ?? '');
      return type === '' ? '' : `${type}*`;
    }
    if (this.program.models.isMemberCall(name)) return this.typeOf(`(${args[0] ?? ''})->${args[1] ?? ''}`);
    const through = this.program.models.transparent(name);
    if (through !== undefined) return typeOf(args[through]);
    return typeOfCall(name, args.map(typeOf), this.file, this.program, this.depth + 1);
  }

  /** The texts of a call's arguments. */
  private arguments(): string[] {
    const end = this.groupEnd();
    const texts: string[] = [];
    let start = this.at + 1;
    let level = 0;
    for (let at = start; at < end; at++) {
      const token = this.tokens[at];
      if (token === '(' || token === '[' || token === '{') level += 1;
      else if (token === ')' || token === ']' || token === '}') level -= 1;
      if ((token === ',' && level === 0) || at === end - 1) {
        const last = token === ',' && level === 0 ? at : end;
        texts.push(this.tokens.slice(start, last).join(' '));
        start = at + 1;
      }
    }
    this.at = end + 1;
    return texts;
  }

  private member(record: CType, name: string): CType {
    if (record === '') return '';
    return fieldType(this.program, record, name, this.file);
  }

  private target(type: CType): CType {
    return pointee(type) ?? pointee(this.program.expand(type, this.file)) ?? '';
  }

  private startsType(at: number): boolean {
    const token = this.tokens[at] ?? '';
    if (TYPE_KEYWORD.has(token)) return true;
    if (!/^[A-Za-z_]/.test(token) || this.bindings.has(token)) return false;
    // `(name *)` and `(name)x` are casts; `(name)` alone and `(name.x)` are not.
    if (this.tokens[at + 1] === '*') return /^[*)]$/.test(this.tokens[at + 2] ?? '');
    return false;
  }

  private type(): CType {
    const words: string[] = [];
    while (!this.atEnd() && this.peek() !== ')') words.push(this.next());
    return typeName(words.join(' '));
  }

  private skipGroup(): void {
    this.at = this.groupEnd() + 1;
  }

  /** Index of the bracket that closes the current one. */
  private groupEnd(): number {
    let level = 0;
    for (let at = this.at; at < this.tokens.length; at++) {
      const token = this.tokens[at];
      if (token === '(' || token === '[') level += 1;
      else if (token === ')' || token === ']') level -= 1;
      if (level === 0) return at;
    }
    return this.tokens.length;
  }

  private peek(): string {
    return this.tokens[this.at] ?? '';
  }

  private next(): string {
    return this.tokens[this.at++] ?? '';
  }

  private skip(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at += 1;
    return true;
  }

  /** Gives up on the text and skips to its end. */
  private fail(): CType {
    this.at = this.tokens.length;
    return '';
  }
}

/** The {@link CType} of a spelling: `struct foo*` for `const struct foo *`; `''` if it is not a type. */
function typeName(text: string): CType {
  const words = text.replace(/\b(?:const|volatile)\b/g, ' ').trim();
  const match = /^((?:(?:struct|union|enum)\s+)?[A-Za-z_]\w*(?:\s+[A-Za-z_]\w*)*)\s*((?:\*\s*)*)$/.exec(
    words,
  );
  if (match === null) return '';
  return (match[1] ?? '').replace(/\s+/g, ' ') + (match[2] ?? '').replace(/\s+/g, '');
}

/** The return type of a call of `name`; `args` are its argument types. */
export function typeOfCall(
  name: string,
  args: readonly CType[],
  file: string,
  program: Program,
  depth = 0,
): CType {
  const callee = program.resolveCall(name, file)[0];
  if (callee?.item !== undefined) return callee.item.returns;
  if (callee?.macro !== undefined) {
    const parameters = callee.macro.parameters ?? [];
    const bindings = new Map(parameters.map((parameter, at) => [parameter, args[at] ?? '']));
    return typeOfText(callee.macro.body, bindings, file, program, depth + 1);
  }
  return program.resolvePrototype(name, file)?.returns ?? '';
}

/** The type of a plain identifier at file scope. */
export function typeOfName(name: string, file: string, program: Program, depth = 0): CType {
  const variable = program.resolveVariable(name, file);
  if (variable !== undefined) return variable.item.type;
  const macro = program.resolveObjectMacro(name, file);
  if (macro !== undefined && macro.item.body.trim() !== name) {
    return typeOfText(macro.item.body, new Map(), file, program, depth + 1);
  }
  if (program.resolveConstant(name, file) !== undefined) return 'int';
  const fn = program.resolveCall(name, file)[0];
  return fn?.item === undefined || fn.item.returns === '' ? '' : `${fn.item.returns}(*)`;
}
