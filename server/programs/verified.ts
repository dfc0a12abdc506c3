import type { Finding } from '../../analysis/checks/types.js';
import type { FixResult } from '../../analysis/workspace/fixes.js';
import type { OpenFile } from '../documents/open-file.js';

interface Verified {
  readonly result: FixResult;
  /** The texts of the finding's story and fixes, where available. */
  readonly texts: ReadonlyMap<string, string | undefined>;
}

type Open = ReadonlyMap<string, Pick<OpenFile, 'text'>>;

/**
 * Results of the search for fixes. A fix is offered as long as its finding exists and no text it concerns has changed.
 * Each later search replaces the result.
 */
export class VerifiedFixes {
  private readonly known = new Map<string, Verified>();

  /** Stores the results for the findings of one snapshot. */
  remember(
    findings: readonly Finding[],
    results: ReadonlyMap<string, FixResult>,
    textOf: (file: string) => string | undefined,
  ): void {
    for (const finding of findings) {
      const result = results.get(finding.id);
      if (!result) continue;
      const files = [finding.at, ...finding.story, ...result.fixes.flatMap(({ edits }) => edits)];
      const texts = new Map(files.map(({ file }) => [file, textOf(file)]));
      this.known.set(finding.id, { result, texts });
    }
  }

  /** The results that are still valid for some findings. */
  of(findings: readonly Finding[], open: Open): ReadonlyMap<string, FixResult> {
    const there = new Set(findings.map(({ id }) => id));
    const results = new Map<string, FixResult>();
    for (const id of this.known.keys()) {
      if (!there.has(id)) this.known.delete(id);
      const result = this.result(id, open);
      if (result !== undefined) results.set(id, result);
    }
    return results;
  }

  /** The result for a finding, if it is valid for the current texts in the editor. */
  result(id: string, open: Open): FixResult | undefined {
    const verified = this.known.get(id);
    const isCurrent = ([file, text]: readonly [string, string | undefined]): boolean =>
      (open.get(file)?.text ?? text) === text;
    return verified !== undefined && [...verified.texts].every(isCurrent) ? verified.result : undefined;
  }

  /** Drops results that depend on changed files. */
  forget(files: readonly string[]): void {
    for (const [id, { texts }] of this.known) {
      if (files.some((file) => texts.has(file))) this.known.delete(id);
    }
  }
}
