import type { Extent, StatusParams } from '../../protocol/methods.js';
import { TooLarge } from '../programs/growth.js';
import { listed, publishedParts, scopeOf } from '../listed.js';
import type { Root } from '../programs/root.js';
import type { Session } from '../session.js';
import { isShown, levelOf } from '../settings.js';
import { LEVELS } from '../programs/stage.js';

/** The current status of the server. */
export function statusOf(session: Session): StatusParams {
  const roots = session.allRoots();
  const loading = roots.flatMap((root) => root.loading ?? []);
  const files = loading.filter(({ stage }) => stage === 'read' || stage === 'headers' || stage === 'survey');
  const indexed = files.reduce((sum, { done }) => sum + done, 0);
  const total = files.reduce((sum, each) => sum + each.total, 0);
  const extent = extentOf(session.ownRoots());
  const common = { indexed, total, ...countOf(session.ownRoots()), ...(extent ? { extent } : {}) };
  if (session.failure !== undefined) return { state: 'failed', ...common, detail: session.failure };
  if (session.isPaused) return { state: 'paused', ...common };
  // The headers of a document that was just opened are read before there is any result for it.
  const isUnread = ({ open, isBusy }: Root): boolean =>
    isBusy && [...open.values()].some(({ isShown: hasResult }) => !hasResult);
  if (loading.length > 0 || roots.some(isUnread)) return { state: 'indexing', ...common };
  const state = roots.some((root) => root.isBusy) ? 'analysing' : 'ready';
  const tooLarge = roots.map(({ bounds }) => bounds.limited).find((reason) => reason instanceof TooLarge);
  return { state, ...common, ...(tooLarge ? { isPartial: true, detail: tooLarge.message } : {}) };
}

type Count = Pick<StatusParams, 'findings' | 'hints' | 'problems' | 'scope'>;

/** The count of listed findings, in whose terms the status, the tree, its badge and the result of a scan speak. */
function countOf(roots: readonly Root[]): Count {
  const certain = new Set<string>();
  const all = new Set<string>();
  for (const root of roots) {
    for (const finding of listed(root)) {
      if (!isShown(finding, root.settings)) continue;
      all.add(finding.id);
      if (levelOf(finding, root.settings, root.isIntroduced(finding)) !== 'hint') certain.add(finding.id);
    }
  }
  const parts = roots.flatMap((root) => [...publishedParts(root)]);
  const problems = parts.filter(({ finding }) => certain.has(finding.id)).length;
  return {
    findings: certain.size,
    hints: all.size - certain.size,
    ...(problems > certain.size ? { problems } : {}),
    scope: scopeOf(roots),
  };
}

/** The extent over all folders: the smallest level, and the sum of files. */
function extentOf(roots: readonly Root[]): Extent | undefined {
  const extents = roots.flatMap((root) => root.extent ?? []);
  if (extents.length === 0) return undefined;
  const level = LEVELS.find((each) => extents.some((extent) => extent.level === each)) ?? 'headers';
  const files = extents.reduce((sum, extent) => sum + extent.files, 0);
  // The first program is still being built.
  if (files === 0) return undefined;
  const all = extents.flatMap(({ of }) => of ?? []);
  const of = all.reduce((sum, count) => sum + count, 0);
  return { level, files, ...(all.length === extents.length ? { of } : {}) };
}
