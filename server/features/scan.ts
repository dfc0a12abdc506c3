import type { CancellationToken, WorkDoneProgressReporter } from 'vscode-languageserver';
import type { ScanWorkspaceResult } from '../../protocol/methods.js';
import type { Root } from '../root.js';
import type { Session } from '../session.js';
import { Cancelled } from '../stage.js';
import { isShown } from './diagnostics.js';
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

function report(roots: readonly Root[], progress: WorkDoneProgressReporter): void {
  const root = roots.find(({ loading }) => loading !== undefined);
  if (!root?.loading) return;
  const { stage, done, total } = root.loading;
  const share = total > 0 ? done / total : 0;
  progress.report(Math.floor(100 * share), `${stage}: ${done} of ${total}`);
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
