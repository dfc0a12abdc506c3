import { isOrderFile } from '../../analysis/base/paths.js';
import { summarizeOrderFile } from '../../analysis/skeleton/order-file.js';
import { difference, TextMap, type PlaceMap } from './text-map.js';
import { HalfTyped, syntaxErrors } from './half-typed.js';
import { movedTo, type Moved } from './moved.js';
import { KeptSkeletons, type Compiler } from '../../host/compile.js';
import type { FileUpdate } from '../../analysis/workspace/index.js';

/** Documents with more UTF-16 units are generated data. Analysing them would only delay the others. */
const MAX_LENGTH = 4 * 1024 * 1024;

const NONE: ReadonlySet<string> = new Set();

/** One document in the editor, and what the analysis was given for it. */
export class OpenFile {
  /** For the workspace; `undefined` until compiled, and for a document that is too large. */
  update: FileUpdate | undefined;
  /** The text of `update`. */
  analysed = '';
  map: PlaceMap = new TextMap('', '', []);
  /** Offset of the last edit; `undefined` if it was saved since, or never edited. */
  editedAt: number | undefined;
  /** Not edited since it was opened. */
  isUntouched = true;
  /** Saved since the last edit. */
  isSaved = true;
  /** Resolves when there is a result that includes this document, or when it is closed. */
  readonly shown: Promise<void>;
  isShown = false;
  private resolve: () => void = () => undefined;
  private readonly halfTyped = new HalfTyped();
  private halfTypedFunctions = NONE;
  private readonly kept = new KeptSkeletons();
  /** A newer, equivalent text. Results for the analysed text are shown for it until the server is idle. */
  private moved: Moved | undefined;
  /** From the newer of these texts to the one in the editor. */
  private typed: PlaceMap = this.map;

  constructor(
    readonly uri: string,
    readonly file: string,
    public text: string,
    public version: number,
  ) {
    this.shown = new Promise((resolve) => (this.resolve = resolve));
  }

  /** There is a result that includes this document. */
  show(): void {
    this.isShown = true;
    this.resolve();
  }

  /** A new version of the text. */
  edit(text: string, version: number): void {
    this.editedAt = difference(this.text, text)?.current[0] ?? this.editedAt;
    this.isUntouched = false;
    this.isSaved = false;
    this.text = text;
    this.version = version;
  }

  /** Whether the text was only assumed to be half typed; the next time it counts as it is. */
  accept(): boolean {
    return this.halfTyped.accept();
  }

  /** Names of functions with a half-typed statement, unless they were saved so. */
  get unfinished(): ReadonlySet<string> {
    return this.isSaved ? NONE : this.halfTypedFunctions;
  }

  /** Compiles the current text. */
  compile(compiler: Compiler): void {
    const { file, text } = this;
    if (text.length > MAX_LENGTH) return this.take(text, undefined);
    if (isOrderFile(file)) return this.take(text, { file, summary: summarizeOrderFile(text) });
    const compiled = compiler.compile(text, this.kept);
    const { analysed, map, unfinished } = this.halfTyped.settle(
      text,
      compiled.summary,
      (whole, index, hash) => {
        const outline = whole === text ? compiled.summary.outline : undefined;
        const wanted = { isMacro: false, index, functionHash: hash };
        const [skeleton] = compiler.skeletons(whole, [wanted], outline);
        return skeleton ? syntaxErrors(skeleton) : 0;
      },
    );
    this.typed = map;
    this.halfTypedFunctions = unfinished;
    // While a statement is typed, the rest stays the same with every key.
    if (analysed === this.analysed && this.update) {
      this.moved = undefined;
      // Equal; one copy is enough.
      this.analysed = analysed;
    } else if (analysed !== this.moved?.now.text) {
      const { summary, suppressions } = analysed === text ? compiled : compiler.compile(analysed, this.kept);
      const now = { text: analysed, update: { file, summary, suppressions } };
      const { update } = this;
      this.moved = update && movedTo({ text: this.analysed, update }, now, compiler);
      if (!this.moved) ({ text: this.analysed, update: this.update } = now);
    }
    this.map = this.moved?.map(map) ?? map;
  }

  /** Whether an equivalent text represents the one in the editor. */
  get isBehind(): boolean {
    return this.moved !== undefined;
  }

  /** Has the newer text analysed. */
  catchUp(): void {
    if (!this.moved) return;
    ({ text: this.analysed, update: this.update } = this.moved.now);
    this.moved = undefined;
    this.map = this.typed;
  }

  /** Has a text analysed as it is. */
  private take(text: string, update: FileUpdate | undefined): void {
    this.analysed = text;
    this.update = update;
    this.moved = undefined;
    this.map = new TextMap(text, text, []);
  }
}

/**
 * Compiles the named documents, one per step, since a restored session opens very many at once. Takes them
 * from `edited` one by one; documents added meanwhile get their turn too.
 */
export function* compileEdited(
  edited: Set<string>,
  open: ReadonlyMap<string, OpenFile>,
  compiler: Compiler,
  fail: (reason: unknown) => void,
): Generator<undefined, void> {
  for (const name of edited) {
    edited.delete(name);
    try {
      open.get(name)?.compile(compiler);
    } catch (reason) {
      fail(reason);
    }
    yield;
  }
}
