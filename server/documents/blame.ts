import type { Finding, Reading } from '../../analysis/checks/types.js';
import type { Snapshot } from '../../analysis/workspace/index.js';
import type { OpenFile } from './open-file.js';

/**
 * Decides which side of a cycle to blame if the code does not: the one that was just written. The choice lasts as long
 * as the finding, whatever is edited next.
 */
export class Blame {
  /** By finding: the blamed function. */
  private readonly blamed = new Map<string, string>();
  private seen: ReadonlySet<string> | undefined;

  /** A result whose cycles are reported from the blamed side; `editing` is the last edited document. */
  turned(snapshot: Snapshot, editing: OpenFile | undefined): Snapshot {
    const { findings } = snapshot;
    const ids = new Set(findings.map(({ id }) => id));
    for (const id of this.blamed.keys()) if (!ids.has(id)) this.blamed.delete(id);
    const edited = editedFunction(snapshot, editing);
    const next = findings.map((finding) => {
      if (finding.rule !== 'lock-order-cycle') return finding;
      const others = snapshot.analysis.otherSides(finding.id);
      if (others.length === 0) return finding;
      const isNew = this.seen?.has(finding.id) === false;
      const reading = this.choose(finding, others, isNew ? edited : undefined);
      return reading === finding ? finding : { ...finding, ...reading };
    });
    this.seen = ids;
    return { ...snapshot, findings: next };
  }

  private choose(finding: Finding, others: readonly Reading[], edited: string | undefined): Reading {
    const readings = [finding, ...others];
    const before = this.blamed.get(finding.id);
    const known = readings.find((reading) => placeOf(reading.at) === before);
    const chosen =
      known ??
      readings.find(({ story }) => story.some((step) => step.path === 0 && placeOf(step) === edited)) ??
      finding;
    this.blamed.set(finding.id, placeOf(chosen.at));
    return chosen;
  }
}

function placeOf({ file, function: name }: { readonly file: string; readonly function: string }): string {
  return `${file}:${name}`;
}

/** The last edited function, named as {@link placeOf} does. */
function editedFunction({ program }: Snapshot, editing: OpenFile | undefined): string | undefined {
  if (editing?.editedAt === undefined) return undefined;
  const { line: at } = editing.map.fromOffset(editing.editedAt);
  const functions = program.outline(editing.file)?.functions ?? [];
  const around = functions.find(({ line, endLine }) => line <= at && at <= endLine);
  return around && placeOf({ file: editing.file, function: around.name });
}
