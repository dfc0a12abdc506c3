import { ownText } from '../../base/encoding/pool.js';

/** Numbers of names. */
export interface NameNumbers {
  /** The name's number; -1 if nothing has that name. */
  find(name: string): number;
}

/** Interns names as small integers. Names are never removed. */
export class NameTable implements NameNumbers {
  private readonly ids = new Map<string, number>();
  /**
   * Whether new names are copied. A substring keeps its whole text alive: fine for texts that stay, a leak for texts
   * that edits replace.
   */
  copies = false;

  /** The name's number; assigns a new one if needed. */
  intern(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.ids.size;
    this.ids.set(this.copies ? ownText(name) : name, id);
    return id;
  }

  find(name: string): number {
    return this.ids.get(name) ?? -1;
  }

  get size(): number {
    return this.ids.size;
  }
}
