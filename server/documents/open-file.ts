import { isOrderFile } from '../../analysis/base/paths.js';
import { summarizeOrderFile } from '../../analysis/summary/order-file.js';
import { difference, TextMap, type PlaceMap } from './text-map.js';
import { HalfTyped } from './half-typed.js';
import { movedTo, type Moved } from './moved.js';
import { KeptSkeletons, type Compiler } from '../../host/compile.js';
import type { FileUpdate } from '../../analysis/workspace/index.js';

/** Documents beyond this many UTF-16 units are generated data; analysing them would only delay the others. */
const MAX_LENGTH = 4 * 1024 * 1024;

const NONE: ReadonlySet<string> = new Set();

/** One document in the editor, and what the analysis was given of it. */
export class OpenFile {
  /** For the workspace; `undefined` until compiled, and for a document that is too large. */
  update: FileUpdate | undefined;
  /** The text behind `update`. */
  analysed = '';
  map: PlaceMap = new TextMap('', '', []);
  /** Offset in the text of the last edit; `undefined` when it has been saved since, or never edited. */
  editedAt: number | undefined;
  /** Never edited since it was opened. */
  isUntouched = true;
  /** Saved since it was edited last. */
  isSaved = true;
  /** When there was a result with this document in it, or it was closed. */
  readonly shown: Promise<void>;
  isShown = false;
  private resolve: () => void = () => undefined;
  private readonly halfTyped = new HalfTyped();
  private halfTypedFunctions = NONE;
  private readonly kept = new KeptSkeletons();
  /** A newer text that is seen like the analysed one, which stands for it until there is time. */
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

  /** There is a result with this document in it. */
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

  /** Whether functions were believed to be hidden only for the moment; the next time they are gone. */
  accept(): boolean {
    return this.halfTyped.accept();
  }

  /** Names of functions in which a statement is half typed, unless somebody saved them so. */
  get unfinished(): ReadonlySet<string> {
    return this.isSaved ? NONE : this.halfTypedFunctions;
  }

  /** Compiles the text as it is now. */
  compile(compiler: Compiler): void {
    const { file, text } = this;
    if (text.length > MAX_LENGTH) return this.take(text, undefined);
    if (isOrderFile(file)) return this.take(text, { file, summary: summarizeOrderFile(text) });
    const compiled = compiler.compile(text, this.kept);
    const { analysed, map, unfinished } = this.halfTyped.settle(text, compiled.summary);
    this.typed = map;
    this.halfTypedFunctions = unfinished;
    // While a statement is typed, what is left without it is the same with every key.
    if (analysed === this.analysed && this.update) {
      this.moved = undefined;
      // Equal, and one copy is enough.
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

  /** Whether another text stands for the one in the editor as it can be analysed. */
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
 * Compiles the documents named, a step for each: the restore of a session opens very many at once. They are taken out
 * of `edited` one by one, and what is added meanwhile has its turn too.
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
