import { createModels } from '../analysis/models/index.js';
import type { Models, UserModel } from '../analysis/models/types.js';
import { outlineFile } from '../analysis/outline/index.js';
import { findSuppressions, type Suppressions } from '../analysis/report/suppression.js';
import { buildMacroSkeleton } from '../analysis/summary/macro-skeleton.js';
import { buildSkeleton } from '../analysis/summary/skeleton.js';
import { summarizeOutline } from '../analysis/summary/summarize.js';
import type { FileSummary, Skeleton } from '../analysis/summary/types.js';
import type { Parser } from '../analysis/syntax/types.js';

/** Names a function or macro whose skeleton is asked for, as a {@link Demand} does. */
export interface Wanted {
  readonly isMacro: boolean;
  readonly index: number;
  readonly functionHash: string;
}

export interface CompiledText {
  readonly summary: FileSummary;
  readonly suppressions: Suppressions;
  /** Milliseconds by the clock given. */
  readonly ms: { readonly outline: number; readonly parse: number };
}

/** Text to summary and skeletons, with models and parser made once. The same in Node and in a browser. */
export class Compiler {
  readonly models: Models;

  constructor(
    models: readonly UserModel[],
    private readonly parser: Parser,
    private readonly now: () => number = () => 0,
  ) {
    this.models = createModels(models);
  }

  compile(text: string): CompiledText {
    const start = this.now();
    const outline = outlineFile(text, this.models);
    const outlined = this.now();
    const summary = summarizeOutline(text, outline, this.models, this.parser);
    const parsed = this.now();
    const suppressions = findSuppressions(text);
    return { summary, suppressions, ms: { outline: outlined - start, parse: parsed - outlined } };
  }

  /** One answer per function or macro; `undefined` where the text has none such. */
  skeletons(text: string, wanted: readonly Wanted[]): (Skeleton | undefined)[] {
    const { models, parser } = this;
    const outline = outlineFile(text, models);
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
