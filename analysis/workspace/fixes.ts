import type { Finding, Fix, FixRefusal, Progress } from '../checks/types.js';
import { proposeFixes } from '../fixes/index.js';
import { standingOf } from '../fixes/proven.js';
import { verifyFix } from '../fixes/verify.js';
import type { Parser } from '../syntax/types.js';
import type { Snapshot, Workspace } from './index.js';
import { Trial, type TrialSource } from './trial.js';

export interface FixSource extends TrialSource {
  readonly parser: Parser;
}

/** The verified fixes of one finding, and why there are not more. */
export interface FixResult {
  readonly fixes: readonly Fix[];
  /** Verified as well, of kinds that are not proven on real findings: shown, never applied. */
  readonly suggestions: readonly Suggestion[];
  readonly refusals: readonly FixRefusal[];
}

export interface Suggestion {
  readonly fix: Fix;
  /** Why it is no edit. */
  readonly reason: string;
}

/** Which verified fixes are edits: those of kinds that are proven on real findings, or all of them. */
export type Offered = 'proven' | 'all';

const NONE: FixResult = { fixes: [], suggestions: [], refusals: [] };

/** Finds and verifies fixes for the findings of one workspace. */
export class Fixer {
  private trial: Trial | undefined;

  constructor(
    private readonly workspace: Workspace,
    private readonly source: FixSource,
    private readonly offered: Offered = 'proven',
  ) {}

  /** As {@link Workspace.lighten}, of what was made to try fixes out. */
  lighten(): void {
    this.trial?.lighten();
  }

  /** Fixes of one finding of the workspace's present result. */
  *fixesOf(finding: Finding, { analysis, program }: Snapshot): Generator<Progress, FixResult> {
    const { models } = this.workspace;
    const { parser } = this.source;
    const input = {
      finding,
      analysis,
      program,
      models,
      parser,
      textOf: (file: string): string | undefined => this.source.textOf(file),
    };
    const proposed = proposeFixes(input);
    const fixes: Fix[] = [];
    const suggestions: Suggestion[] = [];
    const refusals = [...proposed.refusals];
    for (const fix of proposed.fixes) {
      // Made when first needed: most results have nothing to try out.
      this.trial ??= new Trial(program, models, this.workspace.architectures, this.source);
      const { trial } = this;
      const verdict = yield* verifyFix(input, fix, (texts) => trial.reanalyse(texts));
      if (!('verified' in verdict)) {
        refusals.push(verdict);
        continue;
      }
      const { as, reason } = standingOf(verdict.kind);
      if (as === 'edit' || this.offered === 'all') fixes.push(verdict);
      else suggestions.push({ fix: verdict, reason });
    }
    return { fixes, suggestions, refusals };
  }

  /** A result with the fixes of the findings that are wanted. */
  *fixAll(snapshot: Snapshot, wanted: (finding: Finding) => boolean): Generator<Progress, Snapshot> {
    const findings: Finding[] = [];
    const known = new Map<string, readonly FixRefusal[]>();
    for (const finding of snapshot.findings) {
      const result = wanted(finding) ? yield* this.fixesOf(finding, snapshot) : NONE;
      const { fixes } = result;
      // Whoever is told later, without the program, is told of a suggestion in words.
      const suggested = result.suggestions.map(({ fix: { kind, title }, reason }): FixRefusal => ({
        kind,
        reason: `a suggestion, not an edit: ${title} (${reason})`,
      }));
      const refusals = suggested.length > 0 ? suggested : result.refusals;
      if (refusals.length > 0) known.set(finding.id, refusals);
      findings.push(fixes.length > 0 ? { ...finding, fixes } : finding);
      yield { stage: 'fix', done: findings.length, total: snapshot.findings.length };
    }
    return { ...snapshot, findings, refusals: known };
  }
}
