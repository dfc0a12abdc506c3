import { type Command, Option } from 'commander';
import { renderDot } from '../../analysis/report/graph/dot.js';
import { drawGraph } from '../../analysis/report/graph/layout.js';
import { renderSvg } from '../../analysis/report/graph/svg.js';
import { graphOutput, renderGraphJson, reportedCycles, selectPart } from '../../analysis/report/graph.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { runSession } from '../session.js';
import { writeResult } from '../terminal.js';

const FORMATS = ['dot', 'json', 'svg'] as const;

interface GraphOptions extends CommonOptions {
  readonly format: (typeof FORMATS)[number];
  readonly around?: string;
}

export function addGraph(program: Command, end: (code: number) => void): void {
  const command = program
    .command('graph')
    .description('print which locks are taken while which others are held')
    .argument('[path...]')
    .addOption(new Option('--format <format>', 'form of the result').choices(FORMATS).makeOptionMandatory())
    .option('--around <class>', 'only this lock class and its neighbours');
  addCommonOptions(command).action(async (paths: string[], options: GraphOptions) => {
    await runSession(paths, { ...options, confidence: 'low' }, ({ snapshot }) => {
      const part = selectPart(snapshot.analysis.graph, options.around);
      if (!part) throw new CommandFailure(`there is no lock class '${options.around ?? ''}'`);
      const data = graphOutput(part);
      const view = { data, centre: options.around, cycles: reportedCycles(snapshot.findings) };
      const text = {
        dot: () => renderDot(view),
        json: () => renderGraphJson(data),
        svg: () => renderSvg(drawGraph(view)),
      }[options.format]();
      writeResult(text, undefined);
    });
    end(EXIT.clean);
  });
}
