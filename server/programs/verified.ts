import type { Finding } from '../../analysis/checks/types.js';
import type { FixResult } from '../../analysis/workspace/fixes.js';
import type { OpenFile } from '../documents/open-file.js';

interface Verified {
  readonly result: FixResult;
  /** The texts that the finding's story and the fixes are in, where they were to be had. */
  readonly texts: ReadonlyMap<string, string | undefined>;
}

type Open = ReadonlyMap<string, Pick<OpenFile, 'text'>>;

/**
 * What came of looking for fixes, kept from result to result: a fix stays on offer as long as its finding is there
 * and no text that it concerns has changed. Each later look replaces what is known.
 */
export class VerifiedFixes {
  private readonly known = new Map<string, Verified>();

  /** Takes what was found for the findings of one result. */
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

  /** What still holds of the findings of a result. */
  of(findings: readonly Finding[], open: Open): ReadonlyMap<string, FixResult> {
    const there = new Set(findings.map(({ id }) => id));
    const results = new Map<string, FixResult>();
    for (const [id, { result }] of this.known) {
      if (!there.has(id)) this.known.delete(id);
      else if (this.holds(id, open)) results.set(id, result);
    }
    return results;
  }

  /** Whether what is known of a finding is of the texts in the editor as they are at this moment. */
  holds(id: string, open: Open): boolean {
    const verified = this.known.get(id);
    if (!verified) return false;
    return [...verified.texts].every(([file, text]) => (open.get(file)?.text ?? text) === text);
  }

  /** Some files have other texts now than what was known. */
  forget(files: readonly string[]): void {
    for (const [id, { texts }] of this.known) {
      if (files.some((file) => texts.has(file))) this.known.delete(id);
    }
  }
}
