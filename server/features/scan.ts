import type { CancellationToken, WorkDoneProgressReporter } from 'vscode-languageserver';
import type { Finding } from '../../analysis/checks/types.js';
import { partsOf } from '../../analysis/ide/parts.js';
import type { ScanWorkspaceParams, ScanWorkspaceResult } from '../../protocol/methods.js';
import { listed } from '../listed.js';
import type { Root } from '../programs/root.js';
import type { Session } from '../session.js';
import { Cancelled, unlessCancelled } from '../programs/stage.js';
import { isShown, levelOf } from '../settings.js';
import type { Publisher } from './diagnostics/publisher.js';
import { ScanProgress } from './scan-progress.js';

/**
 * Analyses every folder of the workspace, or its changed files, and publishes the findings, including those in closed
 * files.
 */
export async function scanWorkspace(
  session: Session,
  publisher: Publisher,
  params: ScanWorkspaceParams,
  token: CancellationToken,
  progress: WorkDoneProgressReporter,
): Promise<ScanWorkspaceResult> {
  const roots = await session.folderRoots();
  const abort = new AbortController();
  const subscription = token.onCancellationRequested(() => abort.abort());
  const whole = new ScanProgress(session.t);
  const timer = setInterval(() => {
    const { loading } = roots.find((root) => root.loading !== undefined) ?? {};
    const told = loading && whole.at(loading, performance.now() / 1000);
    if (told) progress.report(told.percent, told.text);
  }, REPORT_MS);
  progress.begin(session.t('Scanning for locking bugs'), 0, session.t('listing files'), true);
  try {
    if (token.isCancellationRequested) throw new Cancelled();
    if (params.changed === true) return await scanChanged(session, publisher, roots, abort.signal);
    for (const root of roots) {
      await root.scan(abort.signal);
      session.memory.keep(root);
    }
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

async function scanChanged(
  { environment }: Session,
  publisher: Publisher,
  roots: readonly Root[],
  signal: AbortSignal,
): Promise<ScanWorkspaceResult> {
  let files = 0;
  let cFiles = 0;
  const found: Found[] = [];
  for (const root of roots) {
    const { place } = root;
    const changed = await unlessCancelled(environment.changedFiles(place.scope), signal);
    const names = changed.flatMap((path) => environment.relative(place.root, path) ?? []);
    files += names.length;
    cFiles += names.filter(isC).length;
    if (names.length === 0) continue;
    const findings = await unlessCancelled(root.scanFiles(names, signal), signal);
    found.push(...findings.map((finding) => ({ root, finding })));
  }
  return {
    files,
    ...some({ cFiles }),
    ...countsOf(found),
    skipped: [],
    notShown: publisher.notShown,
    complete: true,
  };
}

const REPORT_MS = 100;

interface Found {
  readonly root: Root;
  readonly finding: Finding;
}

function summary(roots: readonly Root[]): Omit<ScanWorkspaceResult, 'notShown' | 'complete'> {
  const files = roots.reduce(
    (sum, { view, bounds }) => sum + ((bounds.scanned ?? view?.counts())?.files ?? 0),
    0,
  );
  const cFiles = roots.reduce(
    (sum, { extent, bounds }) => sum + (bounds.scanned?.cFiles ?? extent?.files ?? 0),
    0,
  );
  const skipped = roots.flatMap((root) =>
    (root.bounds.scanned?.skipped ?? root.skipped).map(({ file, reason }) => ({
      uri: root.uriOf(file),
      reason,
    })),
  );
  const found = roots.flatMap((root) => listed(root).map((finding) => ({ root, finding })));
  return { files, ...some({ cFiles }), ...countsOf(found), skipped };
}

/** The counts of findings, with the meaning they have everywhere. */
function countsOf(
  found: readonly Found[],
): Pick<ScanWorkspaceResult, 'findings' | 'hints' | 'problems' | 'filesWithFindings'> {
  const shown = found.filter(({ root, finding }) => isShown(finding, root.settings));
  const [certain, hints] = [false, true].map((isHint) =>
    shown.filter(
      ({ root, finding }) =>
        (levelOf(finding, root.settings, root.isIntroduced(finding)) === 'hint') === isHint,
    ),
  ) as [Found[], Found[]];
  const findings = new Set(certain.map(({ finding }) => finding.id)).size;
  const problems = certain.reduce((sum, { finding }) => sum + partsOf(finding).length, 0);
  return {
    findings,
    ...some({ hints: new Set(hints.map(({ finding }) => finding.id)).size }),
    ...(problems > findings ? { problems } : {}),
    filesWithFindings: new Set(shown.map(({ root, finding }) => root.uriOf(finding.at.file))).size,
  };
}

/** Only the non-zero counts. */
function some<T extends Readonly<Record<string, number>>>(counts: T): Partial<T> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)) as Partial<T>;
}

function isC(file: string): boolean {
  return file.endsWith('.c');
}
