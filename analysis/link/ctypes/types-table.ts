import { baseOf, type CType } from '../../base/ctype.js';
import type { FieldItem, FileOutline, RecordItem } from '../../outline/types.js';
import { Embeddings } from './embeddings.js';
import type { LinkedFile } from '../files/files.js';
import { type TextLookup, TypeLookup } from '../names/lookup.js';
import type { Scope } from '../names/scope.js';
import type { Symbols } from '../names/symbols.js';
import type { FieldRef, RecordRef } from '../types.js';

/** Longest chain of typedefs or field aliases; real chains stay below five. */
const LONGEST_CHAIN = 16;
/** Records with more fields than this get a table of their fields. */
const MANY_FIELDS = 12;

const NAMED_KIND = /^(?:struct|union|enum) /;
const RECORD_KIND = /^(?:struct|union) /;
/** The replacement text of a macro that denotes a member path: `i_bar.baz`, `(__common.prot)`, `a[0].b`. */
const MEMBER_PATH = /^[A-Za-z_]\w*(?:(?:\.|->)[A-Za-z_]\w*|\[[^\][]*\])*$/;
const PATH_NAME = /(?:^|\.|->)([A-Za-z_]\w*)|\[/g;

/** Resolves records, typedefs and fields as a file sees them. */
export class TypesTable {
  readonly records: TypeLookup;
  readonly typedefs: TypeLookup;
  private readonly embeddings: Embeddings;
  private readonly fieldTables = new WeakMap<RecordItem, Map<string, FieldItem>>();

  constructor(
    private readonly symbols: Symbols,
    private readonly scope: Scope,
    private readonly macros: TextLookup,
  ) {
    this.records = new TypeLookup(
      symbols.indexes.records,
      symbols.names,
      scope,
      (entry) => this.recordItem(entry)?.fields.length ?? 0,
    );
    this.typedefs = new TypeLookup(symbols.indexes.typedefs, symbols.names, scope);
    this.embeddings = new Embeddings(symbols, scope.files, (type, file) => this.expand(type, file));
  }

  /** The definition of a record; `tag` with or without its keyword. */
  resolveRecord(tag: string, from: LinkedFile): RecordRef | undefined {
    const entry = this.records.resolve(tagOf(tag), from)[0];
    return entry === undefined ? undefined : this.recordAt(entry);
  }

  expand(type: CType, from: LinkedFile): CType {
    let expanded = type;
    for (let step = 0; step < LONGEST_CHAIN; step++) {
      const base = baseOf(expanded);
      if (base === '') return expanded;
      const meaning = NAMED_KIND.test(base) ? this.renamed(base, from) : this.meaningOf(base, from);
      if (meaning === undefined || meaning === base) return expanded;
      expanded = meaning + expanded.slice(base.length);
    }
    return type;
  }

  resolveField(record: CType, name: string, from: LinkedFile): FieldRef | undefined {
    return this.findField(record, name, from, 0);
  }

  /** The number of fields of other records that embed this record by value. */
  embedders(tag: string, from: LinkedFile): number {
    const plain = tagOf(tag);
    const places = this.embeddings.places(plain);
    const entry = this.records.resolve(plain, from)[0];
    if (entry === undefined || !this.records.isAmbiguous(plain))
      return places.reduce((sum, place) => sum + place.count, 0);
    const home = this.records.index.file(entry);
    let count = 0;
    for (const place of places) {
      const meant = this.records.resolve(plain, place.file)[0];
      if (meant !== undefined && this.records.index.file(meant) === home) count += place.count;
    }
    return count;
  }

  /** Updates after the records and typedefs of a file changed. */
  typesChanged(file: LinkedFile, before: FileOutline | undefined, now: FileOutline | undefined): void {
    this.embeddings.fileChanged(file, before, now);
    // The size of a definition determines which of several comes first.
    for (const record of now?.records ?? []) this.records.forget(this.symbols.names.find(record.tag));
  }

  private meaningOf(name: string, from: LinkedFile): CType | undefined {
    const entry = this.typedefs.resolve(name, from)[0];
    if (entry !== undefined) {
      const file = this.scope.files.at(this.typedefs.index.file(entry));
      return file?.summary.outline.typedefs[this.typedefs.index.item(entry)]?.type;
    }
    // `#define foo_t struct foo`
    const body = this.macroBody(name, from) ?? '';
    return /^(?:(?:struct|union) +)?[A-Za-z_]\w*$/.test(body) ? body.replace(/ +/, ' ') : undefined;
  }

  /** `#define foo bar` where no `struct foo` is declared: it means `struct bar`. */
  private renamed(base: CType, from: LinkedFile): CType | undefined {
    const space = base.indexOf(' ') + 1;
    const tag = this.symbols.names.find(base.slice(space));
    if (this.records.index.first(tag) >= 0) return undefined;
    const body = this.macroBody(base.slice(space), from) ?? '';
    return /^[A-Za-z_]\w*$/.test(body) ? base.slice(0, space) + body : undefined;
  }

  /** The replacement text of an object-like macro. */
  private macroBody(name: string, from: LinkedFile): string | undefined {
    const macro = this.macros.resolve(name, from)[0];
    if (macro === undefined) return undefined;
    const file = this.scope.files.at(this.macros.index.file(macro));
    return file?.summary.outline.macros[this.macros.index.item(macro)]?.body.trim();
  }

  private findField(record: CType, name: string, from: LinkedFile, depth: number): FieldRef | undefined {
    const base = baseOf(this.expand(baseOf(record), from));
    const tag = tagOf(base);
    const entries = this.records.resolve(tag, from);
    const first = entries[0];
    if (first === undefined) return undefined;
    const home = this.records.index.file(first);
    for (const entry of entries) {
      // Other `#if` arms are in the same file. A record of the same name elsewhere counts only if nothing distinguishes
      // it.
      const owner = this.recordAt(entry);
      const field = owner && this.fieldOf(owner.item, name);
      if (owner !== undefined && field !== undefined) {
        return { owner, path: [name], type: field.type, line: field.line, condition: field.condition };
      }
      const inside = owner && this.inUnnamed(owner, name, from, depth);
      if (inside !== undefined) return inside;
      if (this.records.index.file(entry) === home) continue;
      if (!this.mayMean(entry, home, from)) break;
    }
    return depth < LONGEST_CHAIN ? this.throughAlias(base, name, from, home, depth) : undefined;
  }

  /** Finds a field inside unnamed members, whose members belong to the enclosing record. */
  private inUnnamed(owner: RecordRef, name: string, from: LinkedFile, depth: number): FieldRef | undefined {
    if (depth >= LONGEST_CHAIN) return undefined;
    for (const field of owner.item.fields) {
      if (field.name !== '' || !RECORD_KIND.test(field.type)) continue;
      const found = this.findField(field.type, name, from, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * Whether `entry` may be the record meant: if neither definition is visible from `from`, the choice is a guess that a
   * field may correct.
   */
  private mayMean(entry: number, home: number, from: LinkedFile): boolean {
    const file = this.scope.files.at(this.records.index.file(entry));
    const first = this.scope.files.at(home);
    if (file === undefined || first === undefined || first === from) return false;
    return !this.scope.sees(from, first) || this.scope.sees(from, file);
  }

  /** Finds a field through `#define name other.member`. */
  private throughAlias(
    base: CType,
    name: string,
    from: LinkedFile,
    home: number,
    depth: number,
  ): FieldRef | undefined {
    const path = this.aliasPath(name, from) ?? this.aliasPath(name, this.scope.files.at(home));
    if (path === undefined || path[0] === name) return undefined;
    let type = base;
    let found: FieldRef | undefined;
    const names: string[] = [];
    for (const step of path) {
      found = this.findField(type, step, from, depth + 1);
      if (found === undefined) return undefined;
      names.push(...found.path);
      type = baseOf(this.expand(found.type, from));
    }
    return found && { ...found, path: names };
  }

  private aliasPath(name: string, from: LinkedFile | undefined): string[] | undefined {
    if (from === undefined) return undefined;
    const body = this.macroBody(name, from);
    return body === undefined ? undefined : memberPath(body);
  }

  private recordItem(entry: number): RecordItem | undefined {
    const file = this.scope.files.at(this.records.index.file(entry));
    return file?.summary.outline.records[this.records.index.item(entry)];
  }

  private recordAt(entry: number): RecordRef | undefined {
    const file = this.scope.files.at(this.records.index.file(entry));
    const item = file?.summary.outline.records[this.records.index.item(entry)];
    if (file === undefined || item === undefined) return undefined;
    return { file: file.path, item, ambiguous: this.records.isAmbiguous(item.tag) };
  }

  private fieldOf(record: RecordItem, name: string): FieldItem | undefined {
    if (record.fields.length <= MANY_FIELDS) return record.fields.find((field) => field.name === name);
    let table = this.fieldTables.get(record);
    if (table === undefined) {
      table = new Map();
      for (const field of record.fields) if (!table.has(field.name)) table.set(field.name, field);
      this.fieldTables.set(record, table);
    }
    return table.get(name);
  }
}

/** The names along a member path; `undefined` if the text is no such path. */
function memberPath(text: string): string[] | undefined {
  let path = text.replace(/\s+/g, '');
  while (path.startsWith('(') && path.endsWith(')')) path = path.slice(1, -1);
  if (!MEMBER_PATH.test(path)) return undefined;
  const names: string[] = [];
  for (const match of path.matchAll(PATH_NAME)) if (match[1] !== undefined) names.push(match[1]);
  return names;
}

export function tagOf(type: string): string {
  return RECORD_KIND.test(type) ? type.slice(type.indexOf(' ') + 1) : type;
}
