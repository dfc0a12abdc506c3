import type { Evidence, JoinedEvent } from '../../analysis/evidence/join/joined.js';
import { nextSteps, type AtHand } from '../../analysis/evidence/tell/next.js';
import { verdictOf } from '../../analysis/evidence/tell/verdict.js';
import type {
  EvidenceReport,
  ImportEvidenceParams,
  ImportEvidenceResult,
  Place,
} from '../../protocol/views.js';
import { known } from '../listed.js';
import type { Root } from '../programs/root.js';
import type { Session } from '../session.js';
import { placeOf } from './views/explain-page.js';

/** Reads logs, and returns what they report and how the source relates to it. */
export async function importEvidence(
  session: Session,
  { uris }: ImportEvidenceParams,
): Promise<ImportEvidenceResult> {
  const problems = await session.logs.read(uris);
  const wanted = new Set(uris);
  const reports = new Map<string, EvidenceReport>();
  const functions: Record<string, Place> = {};
  let seen = 0;
  let validator = 'unknown';
  let told: { readonly root: Root | undefined; readonly evidence: Evidence } | undefined;
  for (const root of session.allRoots()) {
    const { evidence } = root.runtime ?? {};
    if (!evidence) continue;
    validator = evidence.validator.verdict;
    // The folder that explains most gives the verdict.
    if (explained(evidence) > (told ? explained(told.evidence) : -1)) told = { root, evidence };
    seen += known(root).filter((finding) =>
      finding.evidence.some(({ verdict }) => verdict === 'seen'),
    ).length;
    const names = new Set<string>();
    for (const event of evidence.events) {
      if (!wanted.has(event.source)) continue;
      const report = reportOf(root, event);
      const key = `${report.uri}:${report.line}`;
      const known = reports.get(key);
      // The folder that explains a report describes it.
      if (!known || known.explainedBy.length === 0) reports.set(key, report);
      for (const name of namesIn(event)) names.add(name);
    }
    for (const fn of names.size > 0 ? (root.view?.program.functions() ?? []) : []) {
      if (!names.has(fn.name) || !fn.item || functions[fn.name]) continue;
      functions[fn.name] = placeOf(root, { file: fn.file, ...fn.item.nameSpan });
    }
  }
  // Before any source is analysed, only the log is described.
  told ??= { root: undefined, evidence: session.logs.alone() };
  if (!told.root) {
    const own = told.evidence.events.filter(({ source }) => wanted.has(source));
    for (const event of own) reports.set(`${event.source}:${event.event.line}`, reportOf(undefined, event));
  }
  return {
    files: uris.map((uri) => {
      const problem = problems.get(uri);
      const lines = session.logs.of(uri)?.lines ?? 0;
      return { uri, lines, ...(problem === undefined ? {} : { problem }) };
    }),
    reports: [...reports.values()],
    functions,
    seen,
    validator,
    verdict: verdictOf(told.evidence),
    next: nextSteps(told.evidence, atHand(told.root)),
  };
}

const explained = ({ events }: Evidence): number =>
  events.filter(({ explainedBy }) => explainedBy.length > 0).length;

/** In an editor, a code lens explains a finding. */
function atHand(root: Root | undefined): AtHand {
  const findings = new Map(root?.view?.analysis.findings.map((finding) => [finding.id, finding]));
  return {
    hasSource: root?.view !== undefined,
    sourceStep: 'open one of its C files',
    finding: (id) => {
      const found = findings.get(id);
      const text = found && `${found.rule} in ${found.at.function}(): ${found.message}`;
      return text === undefined
        ? undefined
        : { text, command: 'use Explain above the report; its light bulb offers the fix' };
    },
  };
}

function reportOf(
  root: Root | undefined,
  { source, event, kind, cause, explainedBy, gap }: JoinedEvent,
): EvidenceReport {
  const findings = new Map(root?.view?.analysis.findings.map((finding) => [finding.id, finding]));
  return {
    uri: source,
    line: event.line - 1,
    kind,
    headline: event.headline,
    cause,
    explainedBy: explainedBy.flatMap((id) => {
      const finding = findings.get(id);
      return finding && root
        ? [{ id, title: `${finding.rule} in ${finding.at.function}()`, place: placeOf(root, finding.at) }]
        : [];
    }),
    ...(gap === undefined ? {} : { gap }),
  };
}

function namesIn({ event }: JoinedEvent): ReadonlySet<string> {
  const frames = [...event.stack, ...event.locks.flatMap(({ at, stack }) => [...(at ? [at] : []), ...stack])];
  return new Set(frames.map((frame) => frame.function));
}
