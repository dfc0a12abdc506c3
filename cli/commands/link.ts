import { resolve } from 'node:path';
import type { Command } from 'commander';
import { joinShards, readShard, type Shard } from '../../host/node/shard.js';
import { readAll } from '../evidence/evidence.js';
import { CommandFailure } from '../failure.js';
import { addCommonOptions } from '../options.js';
import { addOutputOptions, scanAndReport, type ScanOptions } from './scan.js';

export function addLink(program: Command, end: (code: number) => void): void {
  const command = program
    .command('link')
    .description('finish a scan from the output of lockorder summarize; further sources are read from --root')
    .argument('<dir...>');
  addCommonOptions(addOutputOptions(command)).action(async (folders: string[], options: ScanOptions) => {
    const shard = joined(folders);
    const root = resolve(options.root ?? '.');
    const sources = options.evidence ? await readAll(options.evidence) : [];
    const paths = shard.paths.map((path) => resolve(root, path));
    end(await scanAndReport(paths, { ...options, root }, sources, shard));
  });
}

function joined(folders: readonly string[]): Shard {
  try {
    return joinShards(folders.map((folder) => ({ folder, shard: readShard(folder) })));
  } catch (error) {
    throw new CommandFailure(error instanceof Error ? error.message : String(error));
  }
}
