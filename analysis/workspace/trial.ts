import { isOrderFile } from '../base/paths.js';
import type { Analysis, Engine, EngineOptions } from '../checks/engine/engine.js';
import { createEngine } from '../checks/index.js';
import type { Finding, Progress } from '../checks/types.js';
import type { Reanalysis } from '../fixes/verify.js';
import { createProgram } from '../link/index.js';
import type { Demand, LinkOptions, MutableProgram, Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import { summarizeOrderFile } from '../skeleton/order-file.js';
import type { OutlinePart } from '../skeleton/outline-part.js';
import type { FileSummary, Skeleton } from '../skeleton/types.js';
import type { Workspace } from './index.js';

/** Compiles texts synchronously; implemented by the host's compiler. */
export interface TextCompiler {
  compile(text: string): { readonly summary: FileSummary };
  skeletons(
    text: string,
    wanted: readonly Pick<Demand, 'isMacro' | 'index' | 'functionHash'>[],
    known?: OutlinePart,
  ): (Skeleton | undefined)[];
}

export interface TrialSource {
  readonly compiler: TextCompiler;
  /** The decoded text from which the program's summary of the file was made. */
  textOf(file: string): string | undefined;
}

const OPTIONS: EngineOptions = { report: [], confidence: 'low' };

/** A program and its findings. */
export interface AsItIs {
  readonly program: Program;
  readonly analysis: Analysis;
}

/**
 * A second program that follows the first and in which fixes are verified, while the first stays unchanged.
 * It shares all file summaries and skeletons with the first, and begins with its function summaries where the files are
 * the same: only what an edit changes is interpreted again.
 */
export class Trial {
  private program: MutableProgram;
  private engine: Engine;
  /** Texts of the files that differ from the first program. */
  private texts: ReadonlyMap<string, string> = new Map();
  private readonly changed = new Map<string, FileSummary>();
  /**
   * The findings without a fix, by the files that take part, and the version of the program they belong to.
   */
  private readonly before = new Map<string, readonly Finding[]>();
  private filesSet = -1;

  constructor(
    private readonly base: Program,
    private readonly models: Models,
    private readonly architectures: readonly string[] | undefined,
    private readonly source: TrialSource,
    /** The files of the first program that take part; all if absent. */
    private readonly within?: ReadonlySet<string>,
    /** The owner of the first program, whose function summaries it begins with; none if absent. */
    private readonly owner?: Pick<Workspace, 'isCurrent' | 'twin'>,
  ) {
    this.program = createProgram(models, this.linkOptions());
    this.engine = this.createEngine();
  }

  private linkOptions(): LinkOptions {
    return this.architectures ? { architectures: this.architectures } : {};
  }

  private createEngine(): Engine {
    return createEngine(this.program, this.models, OPTIONS);
  }

  /**
   * Analyses the program with these texts, at all confidences, as far as their files take part; without the
   * texts only on request.
   */
  *reanalyse(texts: ReadonlyMap<string, string>): Generator<Progress, Reanalysis | undefined> {
    const focus = new Set(texts.keys());
    const analysis = yield* this.analyse(texts, focus);
    return analysis && { program: this.program, analysis, before: () => this.foundBefore(focus) };
  }

  /** The program without any fix, as far as these files take part. */
  *asItIs(focus: ReadonlySet<string>): Generator<Progress, AsItIs | undefined> {
    const analysis = yield* this.analyse(new Map(), focus);
    return analysis && { program: this.program, analysis };
  }

  /** As {@link Engine.lighten}. */
  lighten(): void {
    this.engine.lighten();
  }

  private *foundBefore(focus: ReadonlySet<string>): Generator<Progress, readonly Finding[] | undefined> {
    if (this.filesSet !== this.base.filesSet) this.before.clear();
    this.filesSet = this.base.filesSet;
    const files = [...focus].sort().join('\n');
    const known = this.before.get(files);
    if (known !== undefined) return known;
    const analysis = yield* this.analyse(new Map(), focus);
    if (analysis !== undefined) this.before.set(files, analysis.findings);
    return analysis?.findings;
  }

  private *analyse(
    texts: ReadonlyMap<string, string>,
    focus: ReadonlySet<string>,
  ): Generator<Progress, Analysis | undefined> {
    this.texts = texts;
    this.changed.clear();
    for (const [file, text] of texts) this.changed.set(file, this.compile(file, text));
    yield* this.follow();
    this.ask(focus);
    for (;;) {
      const analysis = yield* this.engine.run(focus);
      if (analysis) return analysis;
      const demands = this.program.takeDemands();
      if (demands.length === 0) return undefined;
      for (const demand of demands) this.answer(demand);
    }
  }

  /** Facts about functions of these files must carry over from the first program. */
  private ask(files: Iterable<string>): void {
    for (const file of files) {
      const names = this.base.outline(file)?.functions.map(({ name }) => name) ?? [];
      const now = this.program.outline(file)?.functions.map(({ name }) => name) ?? [];
      for (const [index, name] of names.entries()) {
        const known = this.base.functionAt(file, index);
        const fn = this.program.functionAt(file, now[index] === name ? index : now.indexOf(name));
        if (known && fn && this.base.hasSkeleton(known)) this.program.demand(fn, 'path');
      }
    }
  }

  private compile(file: string, text: string): FileSummary {
    return isOrderFile(file) ? summarizeOrderFile(text) : this.source.compiler.compile(text).summary;
  }

  /** Makes every file equal to the first program's, except the texts under test. */
  private *follow(): Generator<Progress, void> {
    const files = this.followed();
    const isBegun = this.program.files.size === 0 && (yield* this.begin(files));
    if (!(yield* this.replace(files))) return;
    // As in the workspace: what the engine keeps does not depend on types.
    if (!isBegun && (yield* this.begin(files)) && !(yield* this.replace(files))) return;
    this.engine = this.createEngine();
  }

  /**
   * Starts again with a program equal to the first one and with its function summaries. Returns whether that is
   * possible and useful: if the texts change an interface, no summary would stay valid.
   */
  private *begin(files: ReadonlyMap<string, FileSummary>): Generator<Progress, boolean> {
    const { base, owner } = this;
    if (owner?.isCurrent !== true || this.within !== undefined) return false;
    for (const [file, { outline }] of this.changed) {
      if (!base.isInternal(file, outline)) return false;
    }
    const program = createProgram(this.models, { ...this.linkOptions(), like: base });
    let done = 0;
    for (const [file, summary] of files) {
      program.setFile(file, summary);
      const supplied = base.supplied(file);
      if (supplied !== undefined) program.adopt(file, supplied);
      done += 1;
      yield { stage: 'link', done, total: files.size };
    }
    // Indexes note what an edit changes only once they exist.
    for (const _ of program.prepare()) yield { stage: 'link', done, total: files.size };
    const engine = owner.twin(program, OPTIONS);
    if (engine === undefined) return false;
    this.program = program;
    this.engine = engine;
    return true;
  }

  /** Sets the files that differ. Returns whether an interface changed. */
  private *replace(files: ReadonlyMap<string, FileSummary>): Generator<Progress, boolean> {
    const gone = [...this.program.files.keys()].filter((file) => !files.has(file));
    let isInterfaceChanged = gone.length > 0;
    for (const file of gone) this.program.setFile(file, undefined);
    let done = 0;
    for (const [file, summary] of files) {
      const wanted = this.changed.get(file) ?? summary;
      if (this.program.files.get(file) !== wanted) {
        isInterfaceChanged = this.program.setFile(file, wanted).interfaceChanged || isInterfaceChanged;
        const supplied = wanted === summary ? this.base.supplied(file) : undefined;
        if (supplied !== undefined) this.program.adopt(file, supplied);
      }
      done += 1;
      yield { stage: 'link', done, total: files.size };
    }
    return isInterfaceChanged;
  }

  private followed(): ReadonlyMap<string, FileSummary> {
    const { files } = this.base;
    if (this.within === undefined) return files;
    const part = new Map<string, FileSummary>();
    for (const file of this.within) {
      const summary = files.get(file);
      if (summary !== undefined) part.set(file, summary);
    }
    return part;
  }

  private answer(demand: Demand): void {
    const { file, isMacro, index, functionHash } = demand;
    const skeleton = this.skeletonFor(demand);
    if (skeleton) this.program.supplySkeleton(file, isMacro, index, functionHash, skeleton);
    else this.program.declineDemand(demand);
  }

  private skeletonFor(demand: Demand): Skeleton | undefined {
    const { file, isMacro, index } = demand;
    const tried = this.texts.get(file);
    if (tried === undefined) {
      const fn = isMacro ? this.base.macroAt(file, index) : this.base.functionAt(file, index);
      const known = fn && this.base.skeleton(fn);
      if (known) return known;
      if (fn && this.base.sourceUnavailable(fn)) return undefined;
    }
    const text = tried ?? this.source.textOf(file);
    const outline = this.program.outline(file);
    return text === undefined ? undefined : this.source.compiler.skeletons(text, [demand], outline)[0];
  }
}
