import { type Command, Option } from 'commander';
import { EdgeEvidence } from '../../analysis/evidence/join/merge.js';
import { renderDot } from '../../analysis/report/graph/dot.js';
import { drawGraph } from '../../analysis/report/graph/layout.js';
import { renderSvg } from '../../analysis/report/graph/svg.js';
import { graphOutput, renderGraphJson, reportedCycles, selectPart } from '../../analysis/report/graph.js';
import { classNamed } from '../class-named.js';
import { evidenceFor, readAll, splitEvidence } from '../evidence.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { runSession } from '../session.js';
import { writeResult } from '../terminal.js';

const FORMATS = ['dot', 'json', 'svg'] as const;

interface GraphOptions extends CommonOptions {
  readonly format: (typeof FORMATS)[number];
  readonly around?: string;
  readonly evidence?: readonly string[];
}

export function addGraph(program: Command, end: (code: number) => void): void {
  const command = program
    .command('graph')
    .description('print which locks are taken while which others are held')
    .argument('[path...]')
    .addOption(new Option('--format <format>', 'form of the result').choices(FORMATS).makeOptionMandatory())
    .option('--evidence <file...>', 'say which edges ran: logs and tables of a running kernel')
    .option('--around <class>', 'only this lock class and its neighbours');
  addCommonOptions(command).action(async (given: string[], options: GraphOptions) => {
    const { paths, files } = splitEvidence(given, options.evidence ?? []);
    const sources = files.length > 0 ? await readAll(files) : [];
    await runSession(paths, { ...options, confidence: 'low' }, (session) => {
      const { snapshot } = session;
      const { graph } = snapshot.analysis;
      const centre = options.around === undefined ? undefined : classNamed(graph, options.around).id;
      const part = selectPart(graph, centre === undefined ? undefined : { around: [centre], depth: 1 });
      if (!part) throw new CommandFailure(`there is no lock class '${options.around ?? ''}'`);
      const seen = files.length > 0 ? new EdgeEvidence(evidenceFor(session, sources), graph) : undefined;
      const data = graphOutput(part, seen && ((edge) => seen.of(edge)));
      const view = { data, centre, cycles: reportedCycles(snapshot.findings) };
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
