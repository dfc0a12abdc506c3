import type { Finding } from '../../analysis/checks/types.js';
import { partsOf } from '../../analysis/ide/parts.js';
import type { FixResult } from '../../analysis/workspace/fixes.js';
import type { Snapshot } from '../../analysis/workspace/index.js';
import { IdleFixes } from './idle-fixes.js';
import type { OpenFile } from '../documents/open-file.js';
import { PRIORITY, type Stage, type StageSetting } from './stage.js';
import { VerifiedFixes } from './verified.js';

/** The fixes of one root, computed in idle time and valid as long as they apply. */
export class FoundFixes {
  private readonly idle: IdleFixes;
  private readonly verified = new VerifiedFixes();
  /** By finding: who waits until its fixes are known or the finding is gone. */
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(
    scheduler: StageSetting['scheduler'],
    private readonly open: ReadonlyMap<string, OpenFile>,
    private readonly textOf: (file: string) => string | undefined,
    private readonly fail: (reason: unknown) => void,
  ) {
    this.idle = new IdleFixes(scheduler, PRIORITY.fix);
  }

  /** Visible findings first; the rest wait until their document is opened. */
  look(stage: Stage, snapshot: Snapshot, onFound: () => void): void {
    const isOpen = (finding: Finding): boolean => partsOf(finding).some(({ file }) => this.open.has(file));
    const findings = snapshot.findings.filter(isOpen);
    this.idle.start({
      fixer: stage.fixer(),
      snapshot,
      findings,
      isAskedFor: (id) => this.waiting.has(id),
      take: (finding, result) => {
        this.verified.remember([finding], new Map([[finding.id, result]]), this.textOf);
        if (!this.waiting.has(finding.id)) return;
        onFound();
        this.answer(finding.id);
      },
      done: () => {
        if (findings.length > 0) onFound();
      },
      fail: this.fail,
    });
  }

  /** Stops the search. */
  drop(): void {
    this.idle.drop();
  }

  /** Nothing will be found any more. */
  end(): void {
    this.drop();
    for (const id of this.waiting.keys()) this.answer(id);
  }

  /** The fixes that apply to the findings of a result. */
  of(findings: readonly Finding[]): ReadonlyMap<string, FixResult> {
    return this.verified.of(findings, this.open);
  }

  /** The findings of the current texts are known. A first look may lack some of them, so it is not enough. */
  settle(findings: readonly Finding[]): void {
    const there = new Set(findings.map(({ id }) => id));
    for (const id of this.waiting.keys()) if (!there.has(id)) this.answer(id);
  }

  /** What is known about a finding's fixes for the current texts; the view may receive it later. */
  result(id: string): FixResult | undefined {
    return this.verified.result(id, this.open);
  }

  /** Resolves when the fixes of a finding are known, or it is gone. It is processed next. */
  known(id: string): Promise<void> {
    if (this.result(id) !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.set(id, [...(this.waiting.get(id) ?? []), resolve]);
      this.idle.hurry();
    });
  }

  /** Some files have new texts since. */
  forget(files: readonly string[]): void {
    this.verified.forget(files);
  }

  private answer(id: string): void {
    const waiting = this.waiting.get(id) ?? [];
    this.waiting.delete(id);
    for (const resolve of waiting) resolve();
  }
}
