import { type Command, Option } from 'commander';
import { renderDot, renderGraphJson, selectPart } from '../../analysis/report/graph.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { runSession } from '../session.js';
import { writeResult } from '../terminal.js';

const RENDER = { dot: renderDot, json: renderGraphJson } as const;

interface GraphOptions extends CommonOptions {
  readonly format: keyof typeof RENDER;
  readonly around?: string;
}

export function addGraph(program: Command, end: (code: number) => void): void {
  const command = program
    .command('graph')
    .description('print which locks are taken while which others are held')
    .argument('[path...]')
    .addOption(
      new Option('--format <format>', 'form of the result')
        .choices(Object.keys(RENDER))
        .makeOptionMandatory(),
    )
    .option('--around <class>', 'only this lock class and its neighbours');
  addCommonOptions(command).action(async (paths: string[], options: GraphOptions) => {
    await runSession(paths, { ...options, confidence: 'low' }, ({ snapshot }) => {
      const part = selectPart(snapshot.analysis.graph, options.around);
      if (!part) throw new CommandFailure(`there is no lock class '${options.around ?? ''}'`);
      writeResult(RENDER[options.format](part), undefined);
    });
    end(EXIT.clean);
  });
}
