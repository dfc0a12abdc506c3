import { baseOf, type CType } from '../base/ctype.js';
import { BOUNDS } from '../base/bounds.js';
import type { FieldItem, FileOutline, MacroItem, RecordItem } from '../outline/types.js';
import type { FileSummary, Skeleton } from './types.js';

/** A record that has members in one of two texts only. */
export interface ResizedRecord {
  readonly tag: string;
  /** Whether a member that both texts have is at another position. */
  readonly isShifted: boolean;
}

/**
 * Two texts of a file without the declarations that only one of them has, as far as the analysis comes to these by their
 * names alone: who mentions none of the names sees no difference between the texts and these rests.
 */
export interface DeclaredApart {
  readonly before: FileSummary;
  readonly now: FileSummary;
  /** The index in the rest of each macro, by its index in the text. */
  readonly macrosBefore: ReadonlyMap<number, number>;
  readonly macrosNow: ReadonlyMap<number, number>;
  /** Names that the new text has once more than the rest. */
  readonly added: readonly string[];
  /** Names of which no text may contain one. */
  readonly others: readonly string[];
  readonly resized: readonly ResizedRecord[];
}

/** Numbers, by C's own names and by those of the fixed sizes: no record has them as a member by another type. */
const NUMBER =
  /^(?:(?:(?:unsigned|signed|long|short|int|char|bool|_Bool|void|float|double)(?: |$))+|(?:__)?(?:[us]|be|le)(?:8|16|32|64)|u?int(?:8|16|32|64)_t|s?size_t)$/;
const RECORD_WORD = /^(?:struct|union|enum) /;

/** Separates what only one of two texts of a file declares. */
export function declaredApart(before: FileSummary, now: FileSummary): DeclaredApart {
  const apart = new Apart();
  const [old, current] = apart.withoutOwnMembers(apart.withoutOwn(before.outline, now.outline));
  const macrosBefore = positions(before.outline.macros, old.macros);
  const macrosNow = positions(now.outline.macros, current.macros);
  return {
    before: { ...before, outline: old, macroSkeletons: moved(before.macroSkeletons, macrosBefore) },
    now: { ...now, outline: current, macroSkeletons: moved(now.macroSkeletons, macrosNow) },
    macrosBefore,
    macrosNow,
    // A macro with a number is a constant as well.
    added: [...new Set(apart.added)].filter(isWritten),
    others: [...new Set(apart.others)].filter(isWritten),
    resized: apart.resized,
  };
}

type Outlines = readonly [before: FileOutline, now: FileOutline];
type Lists<T> = readonly [before: readonly T[], now: readonly T[]];

class Apart {
  readonly added: string[] = [];
  readonly others: string[] = [];
  readonly resized: ResizedRecord[] = [];

  withoutOwn(old: FileOutline, now: FileOutline): Outlines {
    const records = this.divide([old.records, now.records], ({ kind, tag }) => `${kind} ${tag}`, {
      name: ({ tag }) => tag,
      besides: typesOf,
    });
    const typedefs = this.divide([old.typedefs, now.typedefs], nameOf);
    const prototypes = this.divide([old.prototypes, now.prototypes], nameOf);
    const constants = this.divide([old.constants, now.constants], nameOf);
    const variables = this.divide([old.variables, now.variables], nameOf, {
      may: ({ isExtern, members }) => isExtern && members.length === 0,
    });
    const macros = this.divide([old.macros, now.macros], nameOf, { besides: ({ calls }) => calls });
    const rest = (outline: FileOutline, at: 0 | 1): FileOutline => ({
      ...outline,
      records: records[at],
      typedefs: typedefs[at],
      prototypes: prototypes[at],
      constants: constants[at],
      variables: variables[at],
      macros: macros[at],
    });
    return [rest(old, 0), rest(now, 1)];
  }

  /** Takes out the members of records that both texts declare. */
  withoutOwnMembers([before, now]: Outlines): Outlines {
    if (before.records.length !== now.records.length) return [before, now];
    const both = before.records.map((old, at) => this.withoutMembers(old, now.records[at] ?? old));
    return [
      { ...before, records: both.map(([old]) => old) },
      { ...now, records: both.map(([, current]) => current) },
    ];
  }

  private withoutMembers(old: RecordItem, now: RecordItem): readonly [RecordItem, RecordItem] {
    // A bound on the members of a record has to apply to both or to neither.
    const isLarge = ({ fields }: RecordItem): boolean => fields.length > BOUNDS.recordMembers;
    if (old.tag !== now.tag || isLarge(old) !== isLarge(now)) return [old, now];
    const [left, right] = this.divide([old.fields, now.fields], nameOf, {
      besides: ({ type }) => recordsIn(type),
      // An unnamed member brings members of its own.
      may: ({ name }) => name !== '',
    });
    if (left.length === old.fields.length && right.length === now.fields.length) return [old, now];
    const shifts = (all: readonly FieldItem[], rest: readonly FieldItem[]): boolean =>
      rest.some((field, at) => all[at] !== field);
    this.resized.push({ tag: old.tag, isShifted: shifts(old.fields, left) || shifts(now.fields, right) });
    return [
      { ...old, fields: left },
      { ...now, fields: right },
    ];
  }

  /** Both lists without the items of which the other one has none of the same key. */
  private divide<T>(
    [old, now]: Lists<T>,
    keyOf: (item: T) => string,
    {
      name = keyOf,
      besides = () => [],
      may = () => true,
    }: {
      readonly name?: (item: T) => string;
      /** Names through which the item matters to what mentions these. */
      readonly besides?: (item: T) => readonly string[];
      readonly may?: (item: T) => boolean;
    } = {},
  ): Lists<T> {
    const [ofOld, ofNow] = [new Set(old.map(keyOf)), new Set(now.map(keyOf))];
    const rest = (list: readonly T[], other: ReadonlySet<string>, names: string[]): readonly T[] =>
      list.filter((item) => {
        if (other.has(keyOf(item)) || !may(item)) return true;
        names.push(name(item));
        this.others.push(...besides(item));
        return false;
      });
    return [rest(old, ofNow, this.others), rest(now, ofOld, this.added)];
  }
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

/** A made-up tag occurs in no text: its own record leads to it. */
function isWritten(name: string): boolean {
  return !name.includes('::');
}

/** The types by whose names a record may matter: the analysis counts the records that contain one. */
function typesOf({ fields }: RecordItem): readonly string[] {
  return fields.flatMap(({ type }) => (type.includes('*') ? [] : recordsIn(type)));
}

/** The name in a type, unless it is a number. */
function recordsIn(type: CType): readonly string[] {
  const base = baseOf(type.replace(/\(\*\)$/, '')).replace(RECORD_WORD, '');
  return base === '' || !isWritten(base) || NUMBER.test(base) ? [] : [base];
}

/** The index in a part of a list of each of its items, by the index in the list. */
function positions(all: readonly MacroItem[], part: readonly MacroItem[]): ReadonlyMap<number, number> {
  const at = new Map(part.map((item, index) => [item, index]));
  return new Map(
    all.flatMap((item, index) => {
      const found = at.get(item);
      return found === undefined ? [] : [[index, found] as const];
    }),
  );
}

function moved(
  skeletons: ReadonlyMap<number, Skeleton>,
  to: ReadonlyMap<number, number>,
): ReadonlyMap<number, Skeleton> {
  if ([...to].every(([from, at]) => from === at)) return skeletons;
  return new Map(
    [...skeletons].flatMap(([index, skeleton]) => {
      const at = to.get(index);
      return at === undefined ? [] : [[at, skeleton] as const];
    }),
  );
}
