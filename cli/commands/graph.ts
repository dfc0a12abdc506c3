import { visibleAll } from '../../analysis/base/visible.js';
import { type Command, Option } from 'commander';
import { EdgeEvidence } from '../../analysis/evidence/join/merge.js';
import { renderDot } from '../../analysis/report/graph/dot.js';
import { drawGraph } from '../../analysis/report/graph/layout.js';
import { renderSvg } from '../../analysis/report/graph/svg.js';
import { graphOutput, renderGraphJson, reportedCycles, selectPart } from '../../analysis/report/graph.js';
import { furtherDown } from '../../analysis/report/graph/further.js';
import { classNamed } from '../class-named.js';
import { evidenceFor, readAll, splitEvidence } from '../evidence/evidence.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { runSession } from '../session/session.js';
import type { CommandSession } from '../session/types.js';
import { settled } from '../settle.js';
import { message, writeResult } from '../terminal.js';

const FORMATS = ['dot', 'json', 'svg'] as const;

interface GraphOptions extends CommonOptions {
  readonly format: (typeof FORMATS)[number];
  readonly around?: string;
  readonly further: boolean;
  readonly evidence?: readonly string[];
}

export function addGraph(program: Command, end: (code: number) => void): void {
  const command = program
    .command('graph')
    .description('print the lock graph: which locks are taken while others are held')
    .usage('[options] [path...] --format <format>')
    .argument('[path...]')
    .addOption(
      new Option('--format <format>', 'output format, required').choices(FORMATS).makeOptionMandatory(),
    )
    .option('--evidence <file...>', 'logs and tables of a running kernel, to mark the edges seen in them')
    .option('--around <class>', 'only this lock class and its neighbours')
    .option('--no-further', 'json: omit classes reached only through deeper calls');
  addCommonOptions(command).action(async (given: string[], options: GraphOptions) => {
    const { paths, files } = splitEvidence(given, options.evidence ?? []);
    const sources = files.length > 0 ? await readAll(files) : [];
    const goesOn = options.format === 'json' && options.further;
    const draw = (session: CommandSession): { readonly text: string; readonly omitted: number } => {
      const { snapshot } = session;
      const { graph, inspection } = snapshot.analysis;
      const centre = options.around === undefined ? undefined : classNamed(graph, options.around).id;
      const part = selectPart(graph, centre === undefined ? undefined : { around: [centre], depth: 1 });
      if (!part) throw new CommandFailure(`no lock class '${options.around ?? ''}'`);
      const seen = files.length > 0 ? new EdgeEvidence(evidenceFor(session, sources), graph) : undefined;
      const further = goesOn ? furtherDown(part, (key) => inspection.reaches(key)) : undefined;
      const data = graphOutput(part, seen && ((edge) => seen.of(edge)), further?.pairs);
      const view = { data: visibleAll(data), centre, cycles: reportedCycles(snapshot.findings) };
      const text = {
        dot: () => renderDot(view),
        json: () => renderGraphJson(data),
        svg: () => renderSvg(drawGraph(view)),
      }[options.format]();
      return { text, omitted: further?.omitted ?? 0 };
    };
    const { text, omitted } = await runSession(paths, { ...options, confidence: 'low' }, (session) =>
      goesOn ? settled(session, draw) : draw(session),
    );
    if (omitted > 0)
      message(
        `${omitted} pairs of distant classes are omitted; name fewer directories, or a class with --around`,
      );
    writeResult(text, undefined);
    end(EXIT.clean);
  });
}
