import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeShard } from '../../host/node/shard.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { summarize } from '../session/session.js';

interface SummarizeOptions extends CommonOptions {
  readonly output: string;
}

export function addSummarize(program: Command, end: (code: number) => void): void {
  const command = program
    .command('summarize')
    .description('do the per-directory part of a scan, as input for lockorder link')
    .argument('<path...>')
    .requiredOption('-o, --output <dir>', 'directory to write the summaries to');
  addCommonOptions(command).action(async (paths: string[], options: SummarizeOptions) => {
    const { shard, root } = await summarize(paths, options);
    const folder = resolve(options.output);
    try {
      writeShard(folder, shard, { folder: options.output, root: options.root ?? root });
    } catch (error) {
      throw new CommandFailure(error instanceof Error ? error.message : String(error));
    }
    end(EXIT.clean);
  });
}
