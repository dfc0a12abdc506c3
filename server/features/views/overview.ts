import type { Inspection } from '../../../analysis/checks/engine/inspect.js';
import type { Finding } from '../../../analysis/checks/types.js';
import { renderSarif } from '../../../analysis/report/formats/sarif.js';
import { kindText } from '../../../analysis/models/kind-text.js';
import { sentence } from '../../../analysis/report/subject.js';
import { ruleTitle } from '../../../analysis/report/titles.js';
import type {
  ClassEntry,
  Overview,
  OverviewFinding,
  OverviewOrder,
  SarifResult,
} from '../../../protocol/views.js';
import { listed, listedHidden, scopeOf } from '../../listed.js';
import type { Root } from '../../programs/root.js';
import type { Session } from '../../session.js';
import { isShown, levelOf } from '../../settings.js';
import { placeOf } from './explain-page.js';

/** Maximum number of classes listed; a whole kernel has more than anyone can scroll through. */
const MAX_CLASSES = 5000;
const MAX_ORDERS = 2000;

/** The contents of the tree view, over all roots. */
export async function overview(session: Session): Promise<Overview> {
  const findings: OverviewFinding[] = [];
  const suppressed: OverviewFinding[] = [];
  const seen = new Set<string>();
  let classes = 0;
  const orders: OverviewOrder[] = [];
  // First, since the roots may have changed by the time of the answer.
  const prepared = await prepareAll(session);
  for (const root of session.ownRoots()) {
    // A result that arrived in between is not indexed yet: indexing it here would delay typing.
    classes += prepared.get(root)?.keys().length ?? 0;
    for (const { fromName, toName, at } of root.view?.analysis.declared.orders ?? []) {
      orders.push({ text: `${fromName} < ${toName}`, place: placeOf(root, at) });
    }
    for (const finding of listed(root)) {
      if (!isShown(finding, root.settings) || seen.has(finding.id)) continue;
      seen.add(finding.id);
      findings.push(entryOf(root, finding));
    }
    for (const { finding, reason } of listedHidden(root)) {
      if (isShown(finding, root.settings)) suppressed.push({ ...entryOf(root, finding), reason });
    }
  }
  return {
    findings,
    suppressed,
    orders: orders.slice(0, MAX_ORDERS),
    classes,
    scope: scopeOf(session.ownRoots()),
  };
}

/** Indexes the lock classes of every root in slices. */
async function prepareAll(session: Session): Promise<ReadonlyMap<Root, Inspection>> {
  const prepared = new Map<Root, Inspection>();
  for (const root of session.ownRoots()) {
    const { inspection } = root.view?.analysis ?? {};
    if (!inspection) continue;
    await session.slowly(inspection.prepare());
    prepared.set(root, inspection);
  }
  return prepared;
}

function entryOf(root: Root, finding: Finding): OverviewFinding {
  const { file } = finding.at;
  const fixes = root.view?.fixes.get(finding.id)?.fixes.length;
  return {
    id: finding.id,
    rule: finding.rule,
    ruleTitle: ruleTitle(finding.rule),
    severity: levelOf(finding, root.settings, root.isIntroduced(finding)),
    confidence: finding.confidence,
    message: sentence(finding),
    function: finding.at.function,
    place: placeOf(root, finding.at),
    folder: file.slice(0, Math.max(0, file.lastIndexOf('/'))),
    ...(fixes === undefined ? {} : { fixes }),
    evidence: finding.evidence,
  };
}

/** The lock classes of all roots, sorted by name. */
export async function classes(session: Session): Promise<ClassEntry[]> {
  const entries: ClassEntry[] = [];
  for (const root of session.ownRoots()) {
    const { inspection } = root.view?.analysis ?? {};
    if (inspection) await session.slowly(inspection.prepare());
    for (const key of inspection?.keys() ?? []) {
      const lock = inspection?.lock(key);
      if (!lock) continue;
      entries.push({
        id: lock.id,
        kind: kindText(lock.kind),
        takers: inspection?.takers(key).length ?? 0,
        place: lock.declaredAt && placeOf(root, lock.declaredAt),
      });
    }
  }
  // Writing a lockorder.json, which needs completions, restarts all roots.
  if (entries.length === 0) return [...session.classesBefore];
  session.classesBefore = entries.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, MAX_CLASSES);
  return [...session.classesBefore];
}

/** The current findings as SARIF. */
export function sarif(session: Session, version: string): SarifResult {
  const findings: Finding[] = [];
  const skipped: { readonly file: string; readonly reason: string }[] = [];
  for (const root of session.ownRoots()) {
    findings.push(...listed(root).filter((finding) => isShown(finding, root.settings)));
    skipped.push(...root.skipped);
  }
  const scope = scopeOf(session.ownRoots());
  return { text: renderSarif({ version, findings, skipped }), findings: findings.length, scope };
}
