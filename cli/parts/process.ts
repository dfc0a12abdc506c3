import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeptResult } from '../../host/node/cache/kept-runs.js';
import { ask } from '../../host/node/room.js';
import { EXIT } from '../failure.js';
import type { runShown } from '../session/session.js';
import { spentBy } from '../session/stats.js';
import type { SessionOptions, Spent } from '../session/types.js';

/** Environment variable with the folder in which a process that runs parts leaves their results. */
export const PARTS = 'LOCKORDER_PARTS';
const GIVEN = 'given.json';

/** What the parts of a scan share, as the processes that run them find it. */
export interface GivenScan {
  readonly root: string;
  readonly jobs: number;
  readonly headersKey: string;
  readonly isOfRoot: boolean;
}

/** The answer to a process that asks for its next part: files relative to the root; `undefined`: it ends. */
export interface GivenPart {
  readonly files?: readonly string[];
}

export interface PartResult extends KeptResult {
  readonly contents: readonly (readonly [file: string, key: string])[];
  readonly spent?: Spent;
}

/** Prepares a folder for {@link scanGiven}. */
export function give(folder: string, given: GivenScan): void {
  writeFileSync(join(folder, GIVEN), JSON.stringify(given));
}

/** The result of a part that a process left; `undefined` if it ended before. */
export function resultIn(folder: string, index: number): PartResult | undefined {
  const path = join(folder, resultName(index));
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as PartResult) : undefined;
}

/** Runs parts as the process that started this one gives them. Stops at the first that fails. */
export async function scanGiven(
  run: typeof runShown,
  folder: string,
  options: SessionOptions & { readonly stats?: boolean },
): Promise<number> {
  const { root, ...more } = JSON.parse(readFileSync(join(folder, GIVEN), 'utf8')) as GivenScan;
  let cpuMs = 0;
  for (let index = 0; ; index++) {
    const { files } = ((await ask()) ?? {}) as GivenPart;
    if (files === undefined) return EXIT.clean;
    const paths = files.map((file) => join(root, file));
    const inPart = { ...options, ...more, root, files, isSilent: true, isAlone: true };
    const code = await run(paths, inPart, (session) => {
      const { snapshot, skipped, failures, project } = session;
      const { findings, notes, reportedFiles, counts, unfinished } = snapshot;
      const spent = spentBy(session);
      const result: PartResult = {
        findings,
        notes,
        reportedFiles,
        unfinished: unfinished(),
        skipped,
        failures: [...failures],
        ...(options.stats === true ? { counts: counts() } : {}),
        contents: [...project.keys],
        // The parts before have used some of it.
        spent: { ...spent, cpuMs: spent.cpuMs - cpuMs },
      };
      cpuMs = spent.cpuMs;
      leave(folder, index, result);
      return EXIT.clean;
    });
    if (code !== EXIT.clean) return code;
  }
}

/** Leaves a result whole or not at all. */
function leave(folder: string, index: number, result: PartResult): void {
  const path = join(folder, resultName(index));
  writeFileSync(`${path}.new`, JSON.stringify(result));
  renameSync(`${path}.new`, path);
}

function resultName(index: number): string {
  return `result-${index}.json`;
}
