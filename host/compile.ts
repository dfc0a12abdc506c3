import { createModels } from '../analysis/models/index.js';
import type { UserModel } from '../analysis/models/records/record.js';
import type { Models } from '../analysis/models/types.js';
import type { FileOutline, MacroItem } from '../analysis/outline/types.js';
import { outlineFile } from '../analysis/outline/index.js';
import { findSuppressions, type Suppressions } from '../analysis/report/suppression.js';
import { decodeSkeleton, encodeSkeleton } from '../analysis/skeleton/codec/codec.js';
import type { OutlinePart } from '../analysis/skeleton/outline-part.js';
import { buildMacroSkeleton } from '../analysis/skeleton/macros/macro-skeleton.js';
import { isParsed } from '../analysis/skeleton/parsed.js';
import { buildSkeleton } from '../analysis/skeleton/skeleton.js';
import { summarizeOutline } from '../analysis/skeleton/summarize.js';
import type { FileSummary, Skeleton } from '../analysis/skeleton/types.js';
import type { Parser } from '../analysis/syntax/types.js';

/** A function or macro whose skeleton is wanted, as in a {@link Demand}. */
export interface WantedSkeleton {
  readonly isMacro: boolean;
  readonly index: number;
  readonly functionHash: string;
}

export interface CompiledText {
  readonly summary: FileSummary;
  readonly suppressions: Suppressions;
  /** Milliseconds of the given clock. */
  readonly ms: { readonly outline: number; readonly parse: number };
}

/** Compiles text to summaries and skeletons. Creates models and parser once. Runs in Node and in browsers. */
export class Compiler {
  readonly models: Models;

  constructor(
    models: readonly UserModel[],
    private readonly parser: Parser,
    private readonly now: () => number = () => 0,
  ) {
    this.models = createModels(models);
  }

  /** `kept` belongs to one document and makes compiling its next version cheap. */
  compile(text: string, kept?: KeptSkeletons): CompiledText {
    const start = this.now();
    const outline = outlineFile(text, this.models);
    const outlined = this.now();
    const { models, parser } = this;
    const build = (index: number): Skeleton => buildSkeleton(text, outline, index, parser, models);
    const summary = summarizeOutline(
      text,
      outline,
      models,
      parser,
      kept?.begin(text, outline, build) ?? build,
    );
    const parsed = this.now();
    const suppressions = findSuppressions(text);
    return { summary, suppressions, ms: { outline: outlined - start, parse: parsed - outlined } };
  }

  /**
   * One skeleton per function or macro; `undefined` if the text has none. `known` is a part of the same text's outline.
   */
  skeletons(text: string, wanted: readonly WantedSkeleton[], known?: OutlinePart): (Skeleton | undefined)[] {
    const { models, parser } = this;
    const outline: OutlinePart = known ?? outlineFile(text, models);
    return wanted.map(({ isMacro, index, functionHash }) => {
      if (isMacro) {
        const macro = outline.macros[index];
        return macro && buildMacroSkeleton(text, outline, index, parser, models);
      }
      if (outline.functions[index]?.hash !== functionHash) return undefined;
      return buildSkeleton(text, outline, index, parser, models);
    });
  }
}

/**
 * Reuses the skeletons of one document for its next version. A skeleton depends on the function's text, its start
 * column, and the file's macros before it.
 */
export class KeptSkeletons {
  private macros = '';
  private before = new Map<string, Skeleton>();

  /** Begins a version and returns its builder. Drops skeletons of the previous version that are not reused. */
  begin(text: string, outline: FileOutline, build: (index: number) => Skeleton): (index: number) => Skeleton {
    const { before } = this;
    const macros = outline.macros.map(identity).join('\n');
    const isUsable = macros === this.macros;
    // A reused skeleton must not keep alive the old text, from which its names were sliced.
    const buildOwn = (index: number): Skeleton => decodeSkeleton(encodeSkeleton(build(index)));
    const now = new Map<string, Skeleton>();
    this.macros = macros;
    this.before = now;
    return (index) => {
      const item = outline.functions[index];
      if (!item) return build(index);
      const column = item.start - text.lastIndexOf('\n', item.start - 1);
      const macrosBefore = outline.macros.findIndex(({ line }) => line > item.line);
      const key = `${item.hash} ${column} ${macrosBefore} ${isParsed(item)}`;
      const skeleton = (isUsable ? before.get(key) : undefined) ?? buildOwn(index);
      now.set(key, skeleton);
      return skeleton;
    };
  }
}

function identity({ name, parameters, body, condition }: MacroItem): string {
  return `${name}(${parameters?.join() ?? ' '}) ${condition} ${body}`;
}
