import type { Finding } from '../../../analysis/checks/types.js';
import { partsAt } from '../../../analysis/ide/parts.js';
import type { LockKind } from '../../../analysis/models/types.js';
import { explainFinding } from '../../../analysis/report/explain.js';
import type { Known } from '../../../analysis/report/proving.js';
import { patchOf } from '../../../host/patch.js';
import type { ExplainParams, ExplainResult } from '../../../protocol/methods.js';
import { fromPosition } from '../../documents/positions.js';
import type { Root } from '../../programs/root.js';
import type { RootView } from '../../programs/view.js';
import type { Session } from '../../session.js';
import { explainPage } from './explain-page.js';

/**
 * The story of one finding, given by id or by a position in its file. One that is not found is looked for again after the
 * last edit is analysed, or the document for the first time, so that a missing answer means that there is none.
 */
export async function explain(
  session: Session,
  params: ExplainParams,
  rulePages?: string,
): Promise<ExplainResult | null> {
  const { id } = params;
  const look = (): Found | undefined =>
    id === undefined ? findingAt(session, params) : findingOf(session, id);
  let found = look();
  if (!found) {
    await Promise.all(session.allRoots().map((root) => root.idle()));
    found = look();
  }
  if (!found) return null;
  const { finding, root, view } = found;
  const { refusals, suggestions: known = [] } = view.fixes.get(finding.id) ?? {};
  const suggestions = known.map((one) => ({
    ...one,
    patch: patchOf(one.fix, (file) => root.textOf(file)),
  }));
  return {
    id: finding.id,
    title: `${finding.rule} in ${finding.at.function}`,
    text: explainFinding(finding, refusals, suggestions),
    page: explainPage(finding, root, {
      refusals: refusals ?? [],
      suggestions,
      rulePages,
      known: knownOf(view),
    }),
  };
}

/** What the program says about the names in its findings. */
function knownOf({ analysis: { inspection }, program: { models } }: RootView): Known {
  const kinds = new Map<string, LockKind>();
  for (const key of inspection.keys()) {
    const lock = inspection.lock(key);
    if (lock) kinds.set(lock.id, lock.kind);
  }
  return {
    kindOf: (name) => kinds.get(name),
    waitOf: (name) => {
      const api = models.api(name);
      return api?.k === 'wait' ? api : undefined;
    },
  };
}

export interface Found {
  readonly finding: Finding;
  readonly root: Root;
  readonly view: RootView;
}

/** A finding by id, including suppressed ones. */
export function findingOf(session: Session, id: string): Found | undefined {
  for (const root of session.allRoots()) {
    const { view } = root;
    const finding =
      view?.findings.find((each) => each.id === id) ??
      view?.hidden.find((each) => each.finding.id === id)?.finding;
    if (view && finding) return { finding, root, view };
  }
  return undefined;
}

function findingAt(session: Session, { uri, position }: ExplainParams): Found | undefined {
  const { root, file } = session.home(uri) ?? {};
  if (!root?.view || !file || !position) return undefined;
  const { line, column } = fromPosition(position);
  const at = file.map.toAnalysed(line, column);
  if (!at) return undefined;
  const parts = root.view.parts.get(file.file) ?? [];
  // If the cursor is not on a finding, anywhere on its line will do.
  const onLine = parts.find((part) => part.at.line <= at.line && at.line <= part.at.endLine);
  const finding = (partsAt(parts, at)[0] ?? onLine)?.finding;
  return finding && { finding, root, view: root.view };
}
