/** A function or macro of a file whose skeleton was demanded. */
export interface DemandedBody {
  readonly isMacro: boolean;
  readonly index: number;
}

/** What a run used of a file besides its summary. */
export interface FileUse {
  readonly skeletons: readonly DemandedBody[];
  /** Whether the text itself was read, for a fix. */
  readonly text: boolean;
}

interface OpenUse {
  /** Twice the index, plus one for a macro. */
  readonly skeletons: Set<number>;
  text: boolean;
}

const NO_USE: FileUse = { skeletons: [], text: false };

/** What a run uses of files besides their summaries. */
export class Uses {
  private readonly byFile = new Map<string, OpenUse>();

  skeleton(file: string, { isMacro, index }: DemandedBody): void {
    this.open(file).skeletons.add(index * 2 + (isMacro ? 1 : 0));
  }

  text(file: string): void {
    this.open(file).text = true;
  }

  of(file: string): FileUse {
    const use = this.byFile.get(file);
    if (use === undefined) return NO_USE;
    const skeletons = [...use.skeletons].map((number) => ({ isMacro: number % 2 === 1, index: number >> 1 }));
    return { skeletons, text: use.text };
  }

  /** The files of which something was used. */
  files(): readonly string[] {
    return [...this.byFile.keys()];
  }

  /** All uses as plain data. */
  packed(): PackedUses {
    return [...this.byFile].map(([file, { skeletons, text }]) => [file, text ? 1 : 0, ...skeletons]);
  }

  /** Adds the uses of another run. */
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

/** As plain data: per file, whether its text was read, and the numbers of the skeletons. */
export type PackedUses = readonly (readonly [file: string, text: number, ...skeletons: number[]])[];
