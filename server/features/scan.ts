import type { CancellationToken, WorkDoneProgressReporter } from 'vscode-languageserver';
import type { Finding } from '../../analysis/checks/types.js';
import { partsOf } from '../../analysis/ide/parts.js';
import type { ScanWorkspaceParams, ScanWorkspaceResult } from '../../protocol/methods.js';
import type { Root } from '../programs/root.js';
import type { Session } from '../session.js';
import { Cancelled, unlessCancelled } from '../programs/stage.js';
import { isShown, levelOf } from '../settings.js';
import type { Publisher } from './diagnostics/publisher.js';

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
  const clock = new Clock();
  const timer = setInterval(() => report(session, roots, progress, clock), REPORT_MS);
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
const MEGABYTE = 1_000_000;
/** No remaining time is shown before this many seconds and percent. */
const LEAST_S = 2;
const LEAST_PERCENT = 2;

/** Start and end of each stage in percent. Headers arrive in waves, so their count restarts. */
const SHARES: Readonly<Record<string, readonly [from: number, to: number]>> = {
  list: [0, 2],
  read: [2, 50],
  headers: [50, 60],
  link: [60, 65],
  summaries: [65, 75],
  graph: [75, 80],
  replay: [80, 95],
  check: [95, 99],
};

/** Measures the elapsed time of a scan and estimates the remaining time. */
class Clock {
  private readonly start = performance.now();

  /** The remaining time in words; empty while it cannot be estimated. */
  left({ t }: Session, percent: number): string {
    const passed = (performance.now() - this.start) / 1000;
    if (passed < LEAST_S || percent < LEAST_PERCENT) return '';
    const seconds = Math.ceil((passed * (100 - percent)) / percent);
    return seconds >= 90 ? t('about {0} min left', Math.round(seconds / 60)) : t('about {0} s left', seconds);
  }
}

function report(
  session: Session,
  roots: readonly Root[],
  progress: WorkDoneProgressReporter,
  clock: Clock,
): void {
  const { t } = session;
  const loading = roots.find((root) => root.loading !== undefined)?.loading;
  const [from, to] = SHARES[loading?.stage ?? ''] ?? [];
  if (!loading || from === undefined || to === undefined) return;
  const { stage, done, total, bytes = 0, totalBytes = 0 } = loading;
  // File sizes differ by a factor of a thousand, so bytes give a better estimate.
  const share = stage === 'read' && totalBytes > 0 ? bytes / totalBytes : total > 0 ? done / total : 0;
  // What was counted first may turn out to be more.
  const count = done <= total ? t('{0} of {1}', done, total) : String(done);
  const size =
    bytes < MEGABYTE
      ? ''
      : totalBytes > 0
        ? t('{0} of {1} MB', megabytes(bytes), megabytes(totalBytes))
        : t('{0} MB', megabytes(bytes));
  const percent = from + (to - from) * Math.min(1, share);
  const what =
    done === 0 && total === 0 ? stageText(session, stage) : `${stageText(session, stage)}: ${count}`;
  const isReading = stage === 'read' || stage === 'headers';
  const parts = [what, isReading ? size : '', clock.left(session, percent)];
  progress.report(Math.floor(percent), parts.filter((part) => part !== '').join(', '));
}

/** A stage in words. */
function stageText({ t }: Session, stage: string): string {
  switch (stage) {
    case 'list':
      return t('listing files');
    case 'read':
      return t('reading files');
    case 'headers':
      return t('reading headers');
    case 'link':
      return t('linking functions');
    case 'summaries':
      return t('computing function summaries');
    case 'graph':
      return t('building the lock graph');
    default:
      return t('checking');
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / MEGABYTE);
}

interface Found {
  readonly root: Root;
  readonly finding: Finding;
}

function summary(roots: readonly Root[]): Omit<ScanWorkspaceResult, 'notShown' | 'complete'> {
  const files = roots.reduce((sum, { view }) => sum + (view?.counts().files ?? 0), 0);
  const cFiles = roots.reduce((sum, { extent }) => sum + (extent?.files ?? 0), 0);
  const skipped = roots.flatMap((root) =>
    root.skipped.map(({ file, reason }) => ({ uri: root.uriOf(file), reason })),
  );
  const found = roots.flatMap((root) => root.known().map((finding) => ({ root, finding })));
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
