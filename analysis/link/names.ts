import { ownText } from '../base/pool.js';

/** Numbers for names. */
export interface NameNumbers {
  /** The name's number, -1 when nothing has that name. */
  find(name: string): number;
}

/** Small integers for names, so that tables hold numbers. A name once known stays known. */
export class NameTable implements NameNumbers {
  private readonly ids = new Map<string, number>();
  /**
   * Whether names that come are copied. One cut out of a text keeps the whole text: right for texts that stay, wrong
   * when edits replace them.
   */
  copies = false;

  /** The name's number, a new one when it has none. */
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
