import { readConstants } from './constants.js';
import { behindInitializer, readDeclarator } from './declarators.js';
import type { Outliner } from '../outliner.js';
import type { Scan } from '../tokens/scan.js';
import { readSpecifiers } from './specifiers.js';
import type { Specifiers } from './specifiers.js';
import { F_ATTRIBUTE, F_ATTRIBUTE_CALL, F_ENUM, F_KEYWORD, F_UPPER } from '../tokens/symbols.js';
import {
  CLOSE_BRACE,
  COLON,
  COMMA,
  OPEN,
  OPEN_BRACE,
  OPEN_BRACKET,
  SEMICOLON,
  T_DIRECTIVE,
  T_IDENTIFIER,
} from '../tokens/tokens.js';
import type { FieldItem, RecordItem } from '../types.js';
import { behindGroup, follow, nextComma } from '../tokens/walk.js';

const DEEPEST = 60;

/**
 * Notes the record or enumeration that specifiers define. `made` is the tag for an anonymous record. Returns the base
 * type of what is declared with it.
 */
export function noteTagged(out: Outliner, spec: Specifiers, made: string, depth: number): string {
  const { scan } = out;
  const { tagged, body } = spec;
  if (tagged < 0) return spec.base;
  if ((scan.symbols.flags[scan.tokens.values[tagged]!]! & F_ENUM) !== 0) {
    if (body >= 0) readConstants(out, body);
    return spec.tag < 0 ? 'int' : spec.base;
  }
  const base = spec.tag < 0 ? `${spec.base}${made}` : spec.base;
  if (body < 0) return base;
  const kind = spec.base.startsWith('union') ? 'union' : 'struct';
  const tag = spec.tag < 0 ? made : scan.nameOf(spec.tag);
  const fields = readFields(out, body + 1, closing(scan, body), tag, depth);
  const item: RecordItem = {
    kind,
    tag,
    nameSpan: scan.tokenSpan(spec.tag < 0 ? tagged : spec.tag),
    fields,
    condition: scan.arms.conditionAt(tagged),
  };
  out.records.push(item);
  return base;
}

function closing(scan: Scan, open: number): number {
  const close = scan.tokens.values[open]!;
  return close > open ? close : open + 1;
}

/** Members in tokens [from, to) of the record with this tag; those of anonymous members are inlined. */
function readFields(out: Outliner, from: number, to: number, tag: string, depth: number): FieldItem[] {
  const fields: FieldItem[] = [];
  if (depth < DEEPEST) new FieldReader(out, tag, fields, depth).read(from, to);
  return fields;
}

class FieldReader {
  constructor(
    private readonly out: Outliner,
    private readonly tag: string,
    private readonly fields: FieldItem[],
    private readonly depth: number,
  ) {}

  read(from: number, to: number): void {
    const { scan } = this.out;
    const { kinds } = scan.tokens;
    let at = from;
    while (at < to) {
      const kind = kinds[at]!;
      if (kind === T_DIRECTIVE || kind === SEMICOLON || kind === CLOSE_BRACE) at++;
      else at = this.member(at, to);
    }
  }

  /** Reads one member declaration; returns the token after its `;`. */
  private member(from: number, to: number): number {
    const { scan } = this.out;
    const end = this.memberEnd(from, to);
    const group = this.macro(from, end);
    if (group >= 0) return group;
    const spec = readSpecifiers(scan, from, end);
    if (spec.next === from) return end + 1;
    this.declare(spec, from, end);
    return end + 1;
  }

  /** The `;` that ends a member, or the directive that ends the arm in which it began. */
  private memberEnd(from: number, to: number): number {
    const { scan } = this.out;
    const { kinds } = scan.tokens;
    let at = from;
    while (at < to) {
      const kind = kinds[at]!;
      if (kind === SEMICOLON) return at;
      if (kind === OPEN || kind === OPEN_BRACE || kind === OPEN_BRACKET) at = behindGroup(scan, at, to);
      else if (kind === T_DIRECTIVE) at = follow(scan, at);
      else at++;
    }
    return to;
  }

  private declare(spec: Specifiers, from: number, end: number): void {
    const { scan } = this.out;
    const { kinds } = scan.tokens;
    const isAnonymous = spec.tagged >= 0 && spec.tag < 0 && spec.body >= 0;
    let at = spec.next;
    const first = readDeclarator(scan, at, end, '');
    if (first.name < 0) {
      this.unnamed(spec, from, isAnonymous, first.next < end && kinds[first.next] === COLON);
      return;
    }
    const base = noteTagged(this.out, spec, `${this.tag}::${scan.nameOf(first.name)}`, this.depth + 1);
    while (at < end) {
      const declarator = readDeclarator(scan, at, end, base);
      if (declarator.name >= 0) {
        const field = scan.nameOf(declarator.name);
        this.add(field, declarator.type, declarator.name);
        for (const { name, argument } of declarator.annotations)
          this.out.guards.push({ tag: this.tag, field, by: name, lock: argument });
      }
      const next = nextComma(scan, behindInitializer(scan, declarator.next, end), end);
      at = next + 1;
    }
  }

  /** Notes a member without a name: an anonymous record, an unnamed bit field, or the name of a macro. */
  private unnamed(spec: Specifiers, token: number, isAnonymous: boolean, isBitField: boolean): void {
    const { scan } = this.out;
    if (isBitField) return;
    const isEnum = spec.tagged >= 0 && (scan.symbols.flags[scan.tokens.values[spec.tagged]!]! & F_ENUM) !== 0;
    if (isAnonymous && !isEnum) {
      new FieldReader(this.out, this.tag, this.fields, this.depth + 1).readIf(
        spec.body,
        closing(scan, spec.body),
      );
      return;
    }
    const base = noteTagged(this.out, spec, '', this.depth + 1);
    // A tagged record with a body and without a name declares members: an extension that the kernel uses.
    if (base !== '' && !isEnum) this.add('', base, token);
  }

  private readIf(open: number, close: number): void {
    if (this.depth < DEEPEST) this.read(open + 1, close);
  }

  private add(name: string, type: string, token: number): void {
    const { scan } = this.out;
    this.fields.push({
      name,
      type,
      line: scan.lineAt(scan.tokens.starts[token]!),
      condition: scan.arms.conditionAt(token),
    });
  }

  /**
   * Reads `MACRO(…)` as a member: it declares a variable, or its arguments contain members. Returns the token after it;
   * -1 if it is no member.
   */
  private macro(from: number, end: number): number {
    const { scan } = this.out;
    const { kinds, values } = scan.tokens;
    if (kinds[from] !== T_IDENTIFIER || kinds[from + 1] !== OPEN || from + 1 >= end) return -1;
    const flag = scan.symbols.flags[values[from]!]!;
    if ((flag & (F_KEYWORD | F_ATTRIBUTE | F_ATTRIBUTE_CALL)) !== 0) return -1;
    const open = from + 1;
    const close = values[open]!;
    if (close < open || close >= this.out.scan.tokens.count) return -1;
    const members = this.membersIn(open, close);
    if (members >= 0) {
      this.group(open, close, members);
      return close + 1;
    }
    if (close + 1 < end && !this.isAttributeAt(close + 1)) {
      // `TYPE(…) name;`, or a macro for whole members without `;`.
      return this.beginsMember(close + 1, end) ? close + 1 : -1;
    }
    this.declared(from, open, close);
    return end + 1;
  }

  private isAttributeAt(token: number): boolean {
    const { scan } = this.out;
    if (scan.tokens.kinds[token] !== T_IDENTIFIER) return false;
    return (scan.symbols.flags[scan.tokens.values[token]!]! & (F_ATTRIBUTE | F_ATTRIBUTE_CALL)) !== 0;
  }

  private beginsMember(token: number, end: number): boolean {
    const { scan } = this.out;
    const { kinds, values } = scan.tokens;
    if (kinds[token] === T_DIRECTIVE) return true;
    if (kinds[token] !== T_IDENTIFIER) return false;
    return (
      (scan.symbols.flags[values[token]!]! & F_KEYWORD) !== 0 ||
      (token + 1 < end && kinds[token + 1] === T_IDENTIFIER)
    );
  }

  /** First token of the members among a macro's arguments; -1 if there are none. */
  private membersIn(open: number, close: number): number {
    const { scan } = this.out;
    const { kinds } = scan.tokens;
    let first = open + 1;
    let found = -1;
    let at = first;
    while (at < close) {
      const kind = kinds[at]!;
      if (kind === SEMICOLON) return found >= 0 ? found : first;
      if (kind === COMMA) {
        // Names and attributes come first; an argument of several words is a declaration.
        if (found < 0 && at - first > 1 && !this.isAttributeAt(first)) found = first;
        first = at + 1;
        at++;
      } else if (kind === OPEN || kind === OPEN_BRACE || kind === OPEN_BRACKET)
        at = behindGroup(scan, at, close);
      else at++;
    }
    return -1;
  }

  /** Members in a macro's arguments are members here, and again members of a record with the group's name. */
  private group(open: number, close: number, members: number): void {
    const { scan } = this.out;
    const { kinds } = scan.tokens;
    const names: number[] = [];
    for (let at = open + 1; at < members; at++) {
      if (kinds[at] === T_IDENTIFIER && !this.isAttributeAt(at) && kinds[at + 1] === COMMA) names.push(at);
      else if (kinds[at] === OPEN) at = behindGroup(scan, at, members) - 1;
    }
    const from = this.fields.length;
    if (this.depth < DEEPEST)
      new FieldReader(this.out, this.tag, this.fields, this.depth + 1).read(members, close);
    const name = names[names.length - 1];
    if (name === undefined) return;
    const tagToken = names.length > 1 ? names[0]! : -1;
    const tag = tagToken < 0 ? `${this.tag}::${scan.nameOf(name)}` : scan.nameOf(tagToken);
    this.out.records.push({
      kind: 'struct',
      tag,
      nameSpan: scan.tokenSpan(tagToken < 0 ? name : tagToken),
      fields: this.fields.slice(from),
      condition: scan.arms.conditionAt(open),
    });
    this.add(scan.nameOf(name), `struct ${tag}`, name);
  }

  /** `DECLARE_…(name, …)` as a member. */
  private declared(word: number, open: number, close: number): void {
    const { scan } = this.out;
    const { values, kinds } = scan.tokens;
    const model = scan.models.declarator(scan.nameOf(word));
    let at = open + 1;
    let type = model?.type ?? '';
    if (
      model === undefined &&
      close === open + 4 &&
      kinds[open + 1] === T_IDENTIFIER &&
      kinds[open + 3] === T_IDENTIFIER
    ) {
      // `MACRO(type, name)`, unless the second word is a size in capitals.
      if ((scan.symbols.flags[values[open + 3]!]! & F_UPPER) === 0) {
        this.add(scan.nameOf(open + 3), scan.nameOf(open + 1), open + 3);
        return;
      }
    }
    for (let index = 0; at < close; index++) {
      const end = nextComma(scan, at, close);
      const spec = readSpecifiers(scan, at, end);
      const isWord = end === at + 1 && scan.tokens.kinds[at] === T_IDENTIFIER;
      if (isWord && (model === undefined || model.nameArg === index)) {
        this.add(scan.nameOf(at), type, at);
        return;
      }
      if (model === undefined && !isWord) type = spec.base;
      at = end + 1;
    }
  }
}
