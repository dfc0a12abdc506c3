import type { Finding } from '../../analysis/checks/types.js';
import { partsAt } from '../../analysis/ide/parts.js';
import { explainFinding } from '../../analysis/report/explain.js';
import { RULE_TITLES } from '../../analysis/report/rules.js';
import type { ExplainParams, ExplainResult } from '../../protocol/methods.js';
import { fromPosition } from '../positions.js';
import type { Session } from '../session.js';

/** The story of one finding as text, by its id or by a place in its file. */
export function explain(session: Session, params: ExplainParams): ExplainResult | null {
  const finding = params.id === undefined ? findingAt(session, params) : findingOf(session, params.id);
  if (!finding) return null;
  return {
    id: finding.id,
    title: `${finding.rule} in ${finding.at.function}`,
    text: explainFinding(finding, { title: RULE_TITLES[finding.rule], refusals: [] }),
  };
}

function findingOf(session: Session, id: string): Finding | undefined {
  for (const root of session.allRoots()) {
    const found = root.view?.findings.find((finding) => finding.id === id);
    if (found) return found;
  }
  return undefined;
}

function findingAt(session: Session, { uri, position }: ExplainParams): Finding | undefined {
  const home = session.home(uri);
  if (!home || !position) return undefined;
  const { root, file } = home;
  const { line, column } = fromPosition(position);
  const at = file.map.toAnalysed(line, column);
  const parts = root.view?.parts.get(file.file) ?? [];
  // Anywhere on the line will do when the cursor is not on the finding itself.
  const onLine = parts.find((part) => part.at.line <= (at?.line ?? 0) && (at?.line ?? 0) <= part.at.endLine);
  return (at && partsAt(parts, at)[0]?.finding) ?? onLine?.finding;
}
