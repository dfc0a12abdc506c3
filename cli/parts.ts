import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summedCosts } from '../analysis/checks/engine/costs.js';
import type { Counts } from '../analysis/workspace/stats.js';
import { compareFindings } from '../analysis/report/order.js';
import type { SkippedFile } from '../host/api.js';
import { DiskFiles } from '../host/node/files/disk.js';
import type { KeptResult } from '../host/node/cache/kept-runs.js';
import { rootPath } from '../host/node/files/list.js';
import { Project } from '../host/node/project.js';
import { inRoom, roomMb } from '../host/node/room.js';
import { byCodeUnit } from '../host/paths.js';
import { EXIT } from './failure.js';
import { locate } from './place.js';
import {
  mention,
  noTimes,
  type runShown,
  type CommandSession,
  type SessionOptions,
  type Shown,
} from './session.js';
import { message, ProgressLine } from './terminal.js';

/**
 * If memory does not suffice for all files at once, they are scanned in parts, each in a separate process with all of
 * the memory. Findings across parts are missed, and the result says so.
 */

/** Environment variable with the folder in which a process finds its part and leaves its result. */
const PART = 'LOCKORDER_PART';
const GIVEN = 'part.json';
const RESULT = 'result.json';

/** Source bytes per megabyte of heap, without headers; a part that does not fit is halved. */
const BYTES_PER_MB = 100_000;

let isDivided = false;

/** Makes this process scan in parts from now on. */
export function divideScan(): void {
  isDivided = true;
}

export function isScanDivided(): boolean {
  return isDivided;
}

type ScanPartOptions = SessionOptions & { readonly stats?: boolean };

/** A part of a scan. */
interface ScanPart {
  readonly root: string;
  /** Relative to the root. */
  readonly files: readonly string[];
}

interface PartResult extends KeptResult {
  readonly contents: readonly (readonly [file: string, key: string])[];
}

/** Runs `run` on everything, in parts, or on the part given to this process. */
export async function runWithin(
  run: typeof runShown,
  paths: readonly string[],
  options: ScanPartOptions,
  use: (session: CommandSession<Shown>) => number,
): Promise<number> {
  const folder = process.env[PART];
  if (folder !== undefined) return scanPart(run, folder, options);
  return isDivided ? scanInParts(paths, options, use) : run(paths, options, use);
}

function scanPart(run: typeof runShown, folder: string, options: ScanPartOptions): Promise<number> {
  const { root, files } = JSON.parse(readFileSync(join(folder, GIVEN), 'utf8')) as ScanPart;
  const paths = files.map((file) => join(root, file));
  return run(paths, { ...options, root, isSilent: true }, ({ snapshot, skipped, failures, project }) => {
    const { findings, notes, reportedFiles, counts, unfinished } = snapshot;
    const result: PartResult = {
      findings,
      notes,
      reportedFiles,
      unfinished: unfinished(),
      skipped,
      failures: [...failures],
      ...(options.stats === true ? { counts: counts() } : {}),
      contents: [...project.keys],
    };
    writeFileSync(join(folder, RESULT), JSON.stringify(result));
    return EXIT.clean;
  });
}

async function scanInParts(
  paths: readonly string[],
  options: ScanPartOptions,
  use: (session: CommandSession<Shown>) => number,
): Promise<number> {
  const start = performance.now();
  const place = locate(paths, options);
  const { root, config } = place;
  const { include = [], exclude = [] } = config;
  const disk = new DiskFiles(root);
  const listing = disk.list(place.paths, { include, exclude });
  const sizes = new Map(listing.files.map((file) => [file, disk.sizeOf(file)]));
  message(`${roomMb()} MB of memory is not enough to analyse everything at once; continuing in parts`);
  const results: PartResult[] = [];
  const tooLarge: SkippedFile[] = [];
  const progress = new ProgressLine();
  let partsDone = 0;
  const open = divided(listing.files, sizes, Math.min(roomMb() * BYTES_PER_MB, half(sizes)));
  for (let files = open.shift(); files; files = open.shift()) {
    progress.show(`parts: ${partsDone} of ${partsDone + open.length + 1}`);
    const result = await resultOf({ root, files });
    if (result === undefined) return EXIT.failure;
    if (result !== 'full') {
      results.push(result);
      partsDone += 1;
    } else if (files.length > 1) {
      const middle = Math.ceil(files.length / 2);
      open.unshift(files.slice(0, middle), files.slice(middle));
    } else tooLarge.push({ file: files[0] ?? '', reason: 'out-of-memory' });
  }
  progress.clear();
  const inParts = place.paths.map((path): SkippedFile => ({
    file: rootPath(root, path) ?? path,
    reason: 'in-parts',
  }));
  const { shown, skipped, failures } = joined(results, [
    ...listing.skipped,
    ...tooLarge,
    ...(results.length > 1 ? inParts : []),
  ]);
  const project = await Project.open({
    ...place,
    confidence: options.confidence,
    jobs: 1,
    mayNotBlock: true,
  });
  try {
    for (const [file, key] of results.flatMap(({ contents }) => contents)) project.keys.set(file, key);
    mention(place, { skipped, failures }, shown, options);
    const times = noTimes(performance.now() - start);
    return use({ root, project, snapshot: shown, skipped, failures, times });
  } finally {
    await project.close();
  }
}

/**
 * The result of scanning a part in a separate process; `undefined` if that fails, in which case the process has
 * reported why.
 */
async function resultOf(part: ScanPart): Promise<PartResult | 'full' | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'lockorder-part-'));
  try {
    writeFileSync(join(folder, GIVEN), JSON.stringify(part));
    const code = await inRoom({ [PART]: folder });
    if (code === 'full') return 'full';
    if (code !== EXIT.clean) return undefined;
    return JSON.parse(readFileSync(join(folder, RESULT), 'utf8')) as PartResult;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function half(sizes: ReadonlyMap<string, number>): number {
  let bytes = 0;
  for (const size of sizes.values()) bytes += size;
  return bytes / 2;
}

/** Divides files, in order, into parts of at most `mostBytes`: neighbours depend on each other most. */
function divided(
  files: readonly string[],
  sizes: ReadonlyMap<string, number>,
  mostBytes: number,
): (readonly string[])[] {
  const parts: string[][] = [];
  let bytes = Infinity;
  for (const file of files) {
    const size = sizes.get(file) ?? 0;
    if (bytes + size > mostBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(file);
    bytes += size;
  }
  return parts;
}

function joined(
  results: readonly PartResult[],
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
      unfinished: () => results.flatMap((part) => part.unfinished),
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
