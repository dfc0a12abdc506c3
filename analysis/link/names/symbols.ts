import type { FileOutline, MacroItem } from '../../outline/types.js';
import type { FileSymbols, LinkedFile } from '../files/files.js';
import { hashNumber } from '../../base/hash.js';
import { HashedIndex } from './hashed-index.js';
import { NameTable, type NameNumbers } from './names.js';
import { EntryStore, NamedIndex, type SymbolIndex } from './symbol-index.js';

/** Marks of entries in the index of callables. */
export const STATIC = 1;
export const MACRO = 2;
/** An object-like macro that renames something: `#define foo bar`. */
export const ALIAS = 4;
/** Mark of entries in the index of variables, besides {@link STATIC}: declared, not defined. */
export const EXTERN = 2;

export type SymbolKind = keyof FileSymbols;

const SYMBOL_KINDS: readonly SymbolKind[] = [
  'callables',
  'macros',
  'prototypes',
  'records',
  'typedefs',
  'variables',
  'constants',
];

type Emit = (name: string, item: number, mark: number) => void;

/** How the items of an outline become entries. Functions and function-like macros are `callables`. */
const LISTS: Readonly<Record<SymbolKind, (outline: FileOutline, emit: Emit) => void>> = {
  callables(outline, emit) {
    outline.functions.forEach((item, index) => emit(item.name, index, item.isStatic ? STATIC : 0));
    outline.macros.forEach((item, index) => {
      if (item.parameters !== undefined) emit(item.name, index, MACRO);
      else if (aliasOf(item) !== undefined) emit(item.name, index, MACRO | ALIAS);
    });
  },
  macros(outline, emit) {
    outline.macros.forEach((item, index) => {
      if (item.parameters === undefined && NAMES_SOMETHING.test(item.body)) emit(item.name, index, 0);
    });
  },
  prototypes(outline, emit) {
    outline.prototypes.forEach((item, index) => emit(item.name, index, item.isStatic ? STATIC : 0));
  },
  records(outline, emit) {
    outline.records.forEach((item, index) => emit(item.tag, index, 0));
  },
  typedefs(outline, emit) {
    outline.typedefs.forEach((item, index) => emit(item.name, index, 0));
  },
  variables(outline, emit) {
    outline.variables.forEach((item, index) => {
      emit(item.name, index, (item.isStatic ? STATIC : 0) | (item.isExtern ? EXTERN : 0));
    });
  },
  constants(outline, emit) {
    outline.constants.forEach((item, index) => emit(item.name, index, 0));
  },
};

/** The target of an object-like macro that only renames something. */
export function aliasOf(macro: MacroItem): string | undefined {
  if (macro.parameters !== undefined || macro.body === macro.name) return undefined;
  return IDENTIFIER.test(macro.body) ? macro.body : undefined;
}

const IDENTIFIER = /^[A-Za-z_]\w*$/;
/** An object-like macro that may denote an object or access path, rather than a number, a string or nothing. */
const NAMES_SOMETHING = /^[(&*\s]*[A-Za-z_]/;

/** Constants are in no name table: every name has a number. */
export const NAMES_OF_CONSTANTS: NameNumbers = { find: hashNumber };

/** All symbols of a program, by name and kind. */
export class Symbols {
  readonly names = new NameTable();
  private readonly store = new EntryStore();
  /** Keyed by the numbers of {@link names}; constants are keyed by the hash of their name. */
  readonly indexes = Object.fromEntries(
    SYMBOL_KINDS.map((kind, number): [SymbolKind, SymbolIndex] => [
      kind,
      kind === 'constants' ? new HashedIndex() : new NamedIndex(this.store, number),
    ]),
  ) as Readonly<Record<SymbolKind, SymbolIndex>>;
  private readonly old: number[] = [];
  private readonly now: number[] = [];

  /**
   * Replaces the entries of a file by those of `outline` (none for `undefined`). Keeps the entries of a kind whose
   * names are unchanged. Calls `touched` with the old and new names of the other kinds; `isOther` if the file had or
   * has no such name.
   */
  update(
    file: LinkedFile,
    before: FileOutline | undefined,
    outline: FileOutline | undefined,
    touched: (kind: SymbolKind, name: number, isOther: boolean) => void,
  ): void {
    for (const kind of SYMBOL_KINDS) {
      const old = this.list(kind, before, this.old);
      const now = this.list(kind, outline, this.now);
      if (sameNumbers(old, now)) continue;
      const index = this.indexes[kind];
      index.remove(file.symbols[kind]);
      file.symbols[kind] = index.add(file.id, now);
      const oldNames = namesIn(old);
      const nowNames = namesIn(now);
      for (const name of oldNames) touched(kind, name, !nowNames.has(name));
      for (const name of nowNames) if (!oldNames.has(name)) touched(kind, name, true);
    }
  }

  /** Writes name, item and mark of each entry to `numbers`. */
  private list(kind: SymbolKind, outline: FileOutline | undefined, numbers: number[]): readonly number[] {
    numbers.length = 0;
    if (outline !== undefined) {
      const numberOf = kind === 'constants' ? hashNumber : (name: string): number => this.names.intern(name);
      LISTS[kind](outline, (name, item, mark) => numbers.push(numberOf(name), item, mark));
    }
    return numbers;
  }
}

function namesIn(triples: readonly number[]): Set<number> {
  const names = new Set<number>();
  for (let at = 0; at < triples.length; at += 3) names.add(triples[at] ?? 0);
  return names;
}

function sameNumbers(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((value, at) => value === right[at]);
}
