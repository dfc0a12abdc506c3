import { statSync } from 'node:fs';
import { joinEvidence } from '../../analysis/evidence/join/join.js';
import type { Evidence } from '../../analysis/evidence/join/joined.js';
import { SymbolTable } from '../../analysis/evidence/read/symbols.js';
import type { SourceEvidence } from '../../analysis/evidence/read/types.js';
import { partsOf, problemText, readParts, readSymbols } from '../../host/node/evidence.js';
import { CommandFailure } from '../failure.js';
import type { CommandSession } from '../session/types.js';
import { message } from '../terminal.js';
import { worldOf } from './world.js';

/** Reads each input once. Reports those that cannot be read, and fails if none can. */
export async function readAll(files: readonly string[]): Promise<SourceEvidence[]> {
  if (files.length === 0)
    throw new CommandFailure('no input: name logs, traces or /proc tables, or use --live');
  const sources: SourceEvidence[] = [];
  for (const parts of partsOf([...new Set(files)])) {
    const read = await readParts(parts);
    if ('lines' in read) sources.push(read);
    else message(`${parts.join(' + ')}: ${problemText(read)}`);
  }
  if (sources.length === 0) throw new CommandFailure('nothing could be read');
  return sources;
}

/**
 * Reads symbol tables, which map addresses to names. Since `--symbols` takes all words that follow it, a file without
 * symbols counts as evidence.
 */
export async function readTables(
  files: readonly string[],
): Promise<{ readonly table: SymbolTable; readonly others: readonly string[] }> {
  const table = new SymbolTable();
  const others: string[] = [];
  for (const file of files) {
    const before = table.size;
    const problem = await readSymbols(file, table);
    if (problem) throw new CommandFailure(`--symbols ${file}: ${problemText(problem)}`);
    if (table.size === before) others.push(file);
  }
  return { table, others };
}

export function evidenceFor(session: CommandSession, sources: readonly SourceEvidence[]): Evidence {
  return joinEvidence(sources, session.project.workspace.models, worldOf(session));
}

/**
 * Splits the values of `--evidence log src`, which takes all that follows: folders and C files are paths to analyse.
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
