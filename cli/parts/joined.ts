import { summedCosts } from '../../analysis/checks/engine/costs.js';
import { compareFindings, compareText } from '../../analysis/report/order.js';
import type { Counts } from '../../analysis/workspace/stats.js';
import type { CommandSession, Shown } from '../session/types.js';
import type { SkippedFile } from '../../host/api.js';
import type { KeptResult } from '../../host/node/cache/kept-runs.js';
import { byCodeUnit } from '../../host/paths.js';

/**
 * The results of the parts of a scan as one.
 * @param more skipped files besides those of the parts
 */
export function joined(
  results: readonly KeptResult[],
  more: readonly SkippedFile[],
): { readonly shown: Shown } & Pick<CommandSession, 'skipped' | 'failures'> {
  const findings = new Map(results.flatMap((part) => part.findings.map((each) => [each.id, each] as const)));
  const skipped = new Map(
    [...more, ...results.flatMap((part) => part.skipped)].map((each) => [JSON.stringify(each), each]),
  );
  // A settings entry is unused only if no part uses it.
  const notes = new Map(results.flatMap(({ notes: own }) => own.map((note) => [JSON.stringify(note), note])));
  const isTrue = (note: Shown['notes'][number]): boolean =>
    note.file !== undefined ||
    results.every(({ notes: own }) => own.some((each) => each.file === undefined && each.text === note.text));
  return {
    shown: {
      findings: [...findings.values()].sort(compareFindings),
      notes: [...notes.values()].filter(isTrue),
      reportedFiles: results.reduce((sum, part) => sum + part.reportedFiles, 0),
      counts: () => summed(results.flatMap(({ counts }) => counts ?? [])),
      unfinished: () =>
        results
          .flatMap((part) => part.unfinished)
          .sort((a, b) => compareText(a.file, b.file) || a.line - b.line),
    },
    skipped: [...skipped.values()].sort(
      (a, b) => byCodeUnit(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0),
    ),
    failures: new Map(results.flatMap((part) => [...part.failures])),
  };
}

/** Sums of the counts. A class or edge in several parts counts several times. */
function summed(all: readonly Counts[]): Counts {
  const total = (name: Exclude<keyof Counts, 'costs' | 'gaps'>): number =>
    all.reduce((sum, each) => sum + each[name], 0);
  const gaps: Record<string, number> = {};
  for (const each of all) {
    for (const [kind, count] of Object.entries(each.gaps)) gaps[kind] = (gaps[kind] ?? 0) + count;
  }
  return {
    costs: summedCosts(all.map(({ costs }) => costs)),
    files: total('files'),
    bytes: total('bytes'),
    functions: total('functions'),
    functionsLocking: total('functionsLocking'),
    functionsComplete: total('functionsComplete'),
    lockSites: total('lockSites'),
    lockSitesParsed: total('lockSitesParsed'),
    lockSitesResolved: total('lockSitesResolved'),
    classes: total('classes'),
    edges: total('edges'),
    gaps,
  };
}
