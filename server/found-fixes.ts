import type { Finding } from '../analysis/checks/types.js';
import { partsOf } from '../analysis/ide/parts.js';
import type { FixResult } from '../analysis/workspace/fixes.js';
import type { Snapshot } from '../analysis/workspace/index.js';
import { IdleFixes } from './idle-fixes.js';
import type { OpenFile } from './open-file.js';
import { PRIORITY, type Stage, type StageSetting } from './stage.js';
import { VerifiedFixes } from './verified.js';

/** The fixes of one root: looked for when nothing else is to be done, and known as long as they hold. */
export class FoundFixes {
  private readonly idle: IdleFixes;
  private readonly verified = new VerifiedFixes();

  constructor(
    scheduler: StageSetting['scheduler'],
    private readonly open: ReadonlyMap<string, OpenFile>,
    private readonly textOf: (file: string) => string | undefined,
    private readonly fail: (reason: unknown) => void,
  ) {
    this.idle = new IdleFixes(scheduler, PRIORITY.fix);
  }

  /** For what is on the screen; the rest can wait until it is opened. */
  look(stage: Stage, snapshot: Snapshot, onFound: () => void): void {
    const isOpen = (finding: Finding): boolean => partsOf(finding).some(({ file }) => this.open.has(file));
    const wanted = snapshot.findings.filter(isOpen);
    const take = (fixes: ReadonlyMap<string, FixResult>): void => {
      this.verified.remember(snapshot.findings, fixes, this.textOf);
      onFound();
    };
    this.idle.start(stage.fixer(), snapshot, wanted, take, this.fail);
  }

  /** Stops looking. */
  drop(): void {
    this.idle.drop();
  }

  /** What holds of the findings of a result. */
  of(findings: readonly Finding[]): ReadonlyMap<string, FixResult> {
    return this.verified.of(findings, this.open);
  }

  /** Whether what is known of a finding is of the texts as they are in the editor now. */
  holds(id: string): boolean {
    return this.verified.holds(id, this.open);
  }

  /** Some files have other texts now than what was known. */
  forget(files: readonly string[]): void {
    this.verified.forget(files);
  }
}
