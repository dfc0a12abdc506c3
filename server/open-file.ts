import { isOrderFile } from '../analysis/base/paths.js';
import { summarizeOrderFile } from '../analysis/summary/order-file.js';
import { difference, TextMap } from './text-map.js';
import { HalfTyped } from './half-typed.js';
import { KeptSkeletons, type Compiler } from '../host/compile.js';
import type { FileUpdate } from '../analysis/workspace/index.js';

/** Documents beyond this many UTF-16 units are generated data; analysing them would only delay the others. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** One document in the editor, and what the analysis was given of it. */
export class OpenFile {
  /** For the workspace; `undefined` until compiled, and for a document that is too large. */
  update: FileUpdate | undefined;
  /** The text behind `update`. */
  analysed = '';
  map = new TextMap('', '', []);
  /** Offset in the text of the last edit; `undefined` when it has been saved since, or never edited. */
  editedAt: number | undefined;
  /** Never edited since it was opened. */
  isUntouched = true;
  /** Saved since it was edited last. */
  isSaved = true;
  private readonly halfTyped = new HalfTyped();
  private readonly kept = new KeptSkeletons();

  constructor(
    readonly uri: string,
    readonly file: string,
    public text: string,
    public version: number,
  ) {}

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

  /** Compiles the text as it is now. */
  compile(compiler: Compiler): void {
    const { file, text } = this;
    if (text.length > MAX_LENGTH) {
      this.analysed = text;
      this.map = new TextMap(text, text, []);
      this.update = undefined;
      return;
    }
    if (isOrderFile(file)) {
      this.analysed = text;
      this.map = new TextMap(text, text, []);
      this.update = { file, summary: summarizeOrderFile(text) };
      return;
    }
    const compiled = compiler.compile(text, this.kept);
    const { analysed, map } = this.halfTyped.settle(text, compiled.summary);
    this.map = map;
    // While a statement is typed, what is left without it is the same with every key.
    if (analysed === this.analysed && this.update) {
      // Equal, and one copy is enough.
      this.analysed = analysed;
      return;
    }
    const { summary, suppressions } = analysed === text ? compiled : compiler.compile(analysed, this.kept);
    this.analysed = analysed;
    this.update = { file, summary, suppressions };
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
