import type { Command } from 'commander';
import { modelRecords } from '../../analysis/models/index.js';
import { describeModel } from '../../analysis/report/model.js';
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
    .description('print the model of a function, macro, type, op table field (record.field) or lock class')
    .argument('<name>')
    .option('--root <dir>', 'the source tree whose lockorder.json applies')
    .option('--config <file>', 'settings (default: lockorder.json in the root)')
    .option('--json', 'print the records as JSON')
    .action((name: string, options: ModelOptions) => {
      const { config } = locate([options.root ?? '.'], { ...options, cache: false });
      const { isKnown, text } = describeModel(name, config.models);
      if (!isKnown) throw new CommandFailure(text);
      const records = (): string => JSON.stringify(modelRecords(name, config.models), undefined, 2);
      writeResult(`${options.json === true ? records() : text}\n`, undefined);
      end(EXIT.clean);
    });
}
