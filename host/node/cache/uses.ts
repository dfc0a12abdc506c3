/** A function or macro of a file whose skeleton was asked for. */
export interface Asked {
  readonly isMacro: boolean;
  readonly index: number;
}

/** What a run asked of a file besides its summary. */
export interface Use {
  readonly skeletons: readonly Asked[];
  /** The text itself, to repair something. */
  readonly text: boolean;
}

interface OpenUse {
  /** Twice the index, one more for a macro. */
  readonly skeletons: Set<number>;
  text: boolean;
}

const NO_USE: Use = { skeletons: [], text: false };

/** What a run asks of files besides their summaries. */
export class Uses {
  private readonly byFile = new Map<string, OpenUse>();

  skeleton(file: string, { isMacro, index }: Asked): void {
    this.open(file).skeletons.add(index * 2 + (isMacro ? 1 : 0));
  }

  text(file: string): void {
    this.open(file).text = true;
  }

  of(file: string): Use {
    const use = this.byFile.get(file);
    if (use === undefined) return NO_USE;
    const skeletons = [...use.skeletons].map((number) => ({ isMacro: number % 2 === 1, index: number >> 1 }));
    return { skeletons, text: use.text };
  }

  /** All of them, to be kept. */
  packed(): PackedUses {
    return [...this.byFile].map(([file, { skeletons, text }]) => [file, text ? 1 : 0, ...skeletons]);
  }

  /** Those of another run on top. */
  add(packed: PackedUses): void {
    for (const [file, text, ...skeletons] of packed) {
      const use = this.open(file);
      use.text ||= text === 1;
      for (const number of skeletons) use.skeletons.add(number);
    }
  }

  private open(file: string): OpenUse {
    let use = this.byFile.get(file);
    if (use === undefined) this.byFile.set(file, (use = { skeletons: new Set(), text: false }));
    return use;
  }
}

/** As plain data: of each file whether its text was asked for, and the numbers of the skeletons. */
export type PackedUses = readonly (readonly [file: string, text: number, ...skeletons: number[]])[];
