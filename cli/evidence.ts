import { statSync } from 'node:fs';
import { joinEvidence } from '../analysis/evidence/join.js';
import type { Evidence } from '../analysis/evidence/joined.js';
import type { SourceEvidence } from '../analysis/evidence/types.js';
import { SKIP_TEXT } from '../host/api.js';
import { readEvidence } from '../host/node/evidence.js';
import { CommandFailure } from './failure.js';
import type { Session } from './session.js';
import { message } from './terminal.js';
import { worldOf } from './world.js';

/** Reads inputs, each once; mentions those that cannot be read, and fails when none can. */
export async function readAll(files: readonly string[]): Promise<SourceEvidence[]> {
  const sources: SourceEvidence[] = [];
  for (const file of new Set(files)) {
    const read = await readEvidence(file);
    if ('reason' in read) message(`${file}: ${SKIP_TEXT[read.reason]}`);
    else sources.push(read);
  }
  if (sources.length === 0) throw new CommandFailure('nothing could be read');
  return sources;
}

export function evidenceFor(session: Session, sources: readonly SourceEvidence[]): Evidence {
  return joinEvidence(sources, session.project.workspace.models, worldOf(session));
}

/**
 * `--evidence log src` takes what follows it, source included: folders and C files among its values are
 * paths to analyse.
 */
export function splitEvidence(
  paths: readonly string[],
  given: readonly string[],
): { readonly paths: readonly string[]; readonly files: readonly string[] } {
  const isSource = (path: string): boolean =>
    /\.[ch]$/.test(path) || (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
  return {
    paths: [...paths, ...given.filter(isSource)],
    files: given.filter((path) => !isSource(path)),
  };
}
