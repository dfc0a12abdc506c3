import type { CancellationToken, WorkDoneProgressReporter } from 'vscode-languageserver';
import type { ScanWorkspaceResult } from '../../protocol/methods.js';
import type { Root } from '../root.js';
import type { Session } from '../session.js';
import { Cancelled } from '../stage.js';
import { isShown } from '../settings.js';
import type { Publisher } from './publisher.js';

/** Analyses every folder of the workspace and shows what is found, closed files included. */
export async function scanWorkspace(
  session: Session,
  publisher: Publisher,
  token: CancellationToken,
  progress: WorkDoneProgressReporter,
): Promise<ScanWorkspaceResult> {
  const roots = await session.folderRoots();
  const abort = new AbortController();
  const subscription = token.onCancellationRequested(() => abort.abort());
  const timer = setInterval(() => report(roots, progress), 100);
  progress.begin('Looking for lock-order deadlocks', 0, undefined, true);
  try {
    if (token.isCancellationRequested) throw new Cancelled();
    for (const root of roots) await root.scan(abort.signal);
    return { ...summary(roots), notShown: publisher.notShown, complete: true };
  } catch (reason) {
    if (!(reason instanceof Cancelled)) throw reason;
    return { ...summary(roots), notShown: publisher.notShown, complete: false };
  } finally {
    clearInterval(timer);
    subscription.dispose();
    progress.done();
  }
}

/** Where a stage begins and ends on the way, in percent. Headers come in waves, so their count starts anew. */
const SHARES: Readonly<Record<string, readonly [from: number, to: number]>> = {
  read: [0, 50],
  headers: [50, 60],
  link: [60, 65],
  effects: [65, 75],
  graph: [75, 80],
  replay: [80, 95],
  check: [95, 99],
};

function report(roots: readonly Root[], progress: WorkDoneProgressReporter): void {
  const loading = roots.find((root) => root.loading !== undefined)?.loading;
  const [from, to] = SHARES[loading?.stage ?? ''] ?? [];
  if (!loading || from === undefined || to === undefined) return;
  const { stage, done, total } = loading;
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const isReading = stage === 'read' || stage === 'headers';
  const count = total > 0 ? `${done} of ${total}` : `${done}`;
  const message = isReading
    ? `reading ${stage === 'read' ? 'files' : 'headers'}: ${count}`
    : `${stage}: ${count}`;
  progress.report(Math.floor(from + (to - from) * share), message);
}

function summary(
  roots: readonly Root[],
): Pick<ScanWorkspaceResult, 'files' | 'findings' | 'filesWithFindings' | 'skipped'> {
  let files = 0;
  const skipped: { uri: string; reason: string }[] = [];
  const withFindings = new Set<string>();
  const findings = new Set<string>();
  for (const root of roots) {
    files += root.view?.counts().files ?? 0;
    for (const { file, reason } of root.skipped) skipped.push({ uri: root.uriOf(file), reason });
    for (const finding of root.view?.findings ?? []) {
      if (!isShown(finding, root.settings)) continue;
      findings.add(finding.id);
      withFindings.add(root.uriOf(finding.at.file));
    }
  }
  return { files, findings: findings.size, filesWithFindings: withFindings.size, skipped };
}
