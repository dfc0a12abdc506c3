import { baseOf, type CType } from '../../base/ctype.js';
import type { FileOutline } from '../../outline/types.js';
import type { FileTable, LinkedFile } from '../files/files.js';
import type { Symbols } from '../names/symbols.js';

export interface EmbeddingSite {
  readonly file: LinkedFile;
  readonly count: number;
}

/** Which records embed which others by value, counted per file of the embedding record. Built at the first query. */
export class Embeddings {
  private counts: Map<string, Map<LinkedFile, number>> | undefined;
  /** Whether any typedef of a name leads to a record. */
  private readonly leadsToRecord = new Map<string, boolean>();

  constructor(
    private readonly symbols: Symbols,
    private readonly files: FileTable,
    private readonly expand: (type: CType, file: LinkedFile) => CType,
  ) {}

  places(tag: string): readonly EmbeddingSite[] {
    if (this.counts === undefined) {
      this.counts = new Map();
      for (const file of this.files.inOrder()) this.count(file, file.summary.outline, 1);
    }
    const places = this.counts.get(tag);
    return places === undefined ? [] : [...places].map(([file, count]) => ({ file, count }));
  }

  fileChanged(file: LinkedFile, before: FileOutline | undefined, now: FileOutline | undefined): void {
    this.leadsToRecord.clear();
    if (this.counts === undefined) return;
    if ((before?.typedefs.length ?? 0) + (now?.typedefs.length ?? 0) > 0) {
      // Fields in any other file may use the typedef.
      this.counts = undefined;
      return;
    }
    if (before !== undefined) this.count(file, before, -1);
    if (now !== undefined) this.count(file, now, 1);
  }

  private count(file: LinkedFile, outline: FileOutline, by: 1 | -1): void {
    for (const record of outline.records) {
      for (const field of record.fields) {
        const tag = this.embeddedTag(field.type, file);
        if (tag !== undefined) this.add(tag, file, by);
      }
    }
  }

  private add(tag: string, file: LinkedFile, by: number): void {
    let places = this.counts?.get(tag);
    if (places === undefined) {
      places = new Map();
      this.counts?.set(tag, places);
    }
    const count = (places.get(file) ?? 0) + by;
    if (count === 0) places.delete(file);
    else places.set(file, count);
  }

  private embeddedTag(type: CType, file: LinkedFile): string | undefined {
    if (type.includes('*')) return undefined;
    const base = baseOf(type);
    if (isRecord(base)) return base.slice(base.indexOf(' ') + 1);
    if (!this.mayBeRecord(base, 0)) return undefined;
    const expanded = this.expand(base, file);
    return isRecord(expanded) && !expanded.includes('*')
      ? baseOf(expanded).slice(expanded.indexOf(' ') + 1)
      : undefined;
  }

  private mayBeRecord(name: string, depth: number): boolean {
    const known = this.leadsToRecord.get(name);
    if (known !== undefined) return known;
    this.leadsToRecord.set(name, false);
    const index = this.symbols.indexes.typedefs;
    let leads = false;
    for (
      let entry = index.first(this.symbols.names.find(name));
      entry >= 0 && !leads;
      entry = index.after(entry)
    ) {
      const type = this.files.at(index.file(entry))?.summary.outline.typedefs[index.item(entry)]?.type ?? '';
      leads = isRecord(type) ? !type.includes('*') : depth < 8 && this.mayBeRecord(baseOf(type), depth + 1);
    }
    this.leadsToRecord.set(name, leads);
    return leads;
  }
}

function isRecord(type: CType): boolean {
  return type.startsWith('struct ') || type.startsWith('union ');
}
