import type { StatusParams } from '../../protocol/methods.js';
import type { Session } from '../session.js';

/** What the server is doing, in one line's worth. */
export function statusOf(session: Session, findings: number): StatusParams {
  const roots = session.allRoots();
  const loading = roots.flatMap((root) => root.loading ?? []);
  const files = loading.filter(({ stage }) => stage === 'read' || stage === 'headers');
  const indexed = files.reduce((sum, { done }) => sum + done, 0);
  const total = files.reduce((sum, each) => sum + each.total, 0);
  if (session.failure !== undefined) {
    return { state: 'failed', indexed, total, findings, detail: session.failure };
  }
  if (session.isPaused) return { state: 'paused', indexed, total, findings };
  if (loading.length > 0) return { state: 'indexing', indexed, total, findings };
  const state = roots.some((root) => root.isBusy) ? 'analysing' : 'ready';
  const tooLarge = roots.find((root) => root.tooLarge !== undefined)?.tooLarge;
  if (!tooLarge) return { state, indexed, total, findings };
  return { state, indexed, total, findings, isPartial: true, detail: tooLarge.message };
}
