import type { Command } from 'commander';
import { DATA } from '../../analysis/models/data/index.js';
import { modelRecords } from '../../analysis/models/index.js';
import { describeRecord, similarNames } from '../../analysis/report/model.js';
import { CommandFailure, EXIT } from '../failure.js';
import { locate } from '../place.js';
import { writeResult } from '../terminal.js';

interface ModelOptions {
  readonly root?: string;
  readonly config?: string;
  readonly json?: boolean;
}

export function addModel(program: Command, end: (code: number) => void): void {
  program
    .command('model')
    .description(
      'print what is known of a function, macro, type, op table field (record.field) or lock class',
    )
    .argument('<name>')
    .option('--root <dir>', 'the source tree whose lockorder.json counts')
    .option('--config <file>', 'settings (default: lockorder.json in the root)')
    .option('--json', 'print the records as they stand in the data')
    .action((name: string, options: ModelOptions) => {
      const { config } = locate([options.root ?? '.'], { ...options, cache: false });
      const records = modelRecords(name, config.models);
      if (records.length === 0) throw new CommandFailure(notKnown(name));
      const text =
        options.json === true
          ? JSON.stringify(records, undefined, 2)
          : records.map(describeRecord).join('\n\n');
      writeResult(`${text}\n`, undefined);
      end(EXIT.clean);
    });
}

function notKnown(name: string): string {
  const similar = similarNames(name, DATA);
  const hint = similar.length === 0 ? '' : `; there are records of ${similar.join(', ')}`;
  return `no record of '${name}': its body is followed where the source is there${hint}`;
}
