import type { Confidence, Finding, RuleId } from '../../../analysis/checks/types.js';
import { SummaryTable } from '../../../analysis/summaries/solver/table.js';
import { Contributions, type Collected } from '../../../analysis/graph/events/collect.js';
import { ContextMemory } from '../../../analysis/graph/contexts/context-memory.js';
import { Contexts } from '../../../analysis/graph/contexts/contexts.js';
import type { FunctionRef, MutableProgram } from '../../../analysis/link/types.js';
import { createModels } from '../../../analysis/models/index.js';
import { runToEnd, Workspace, type Snapshot, type Supply } from '../../../analysis/workspace/index.js';
import { Compiler } from '../../../host/compile.js';
import { drive } from '../../../host/drive.js';
import { createNodeParser } from '../../../host/node/parser.js';

const compiler = new Compiler([], await createNodeParser());

export interface Setting {
  readonly preemptRt?: boolean;
  readonly confidence?: Confidence;
}

/** The analysis of a few texts by file name. */
export async function snapshotOf(
  sources: Readonly<Record<string, string>>,
  { preemptRt = false, confidence = 'low' }: Setting = {},
): Promise<Snapshot> {
  const workspace = new Workspace(createModels([], preemptRt), { report: [], confidence });
  workspace.apply(Object.entries(sources).map(([file, text]) => ({ file, ...compiler.compile(text) })));
  return drive(workspace, {
    supply: (demands) =>
      Promise.resolve(
        demands.map((demand): Supply => {
          const [skeleton] = compiler.skeletons(sources[demand.file] ?? '', [demand]);
          return { demand, skeleton };
        }),
      ),
  });
}

/** What one rule finds in a text, as `line confidence message`. */
export async function found(text: string, rule: RuleId, setting: Setting = {}): Promise<readonly string[]> {
  const { findings } = await snapshotOf({ 'a.c': text }, setting);
  const show = ({ at, confidence, message }: Finding): string => `${at.line} ${confidence} ${message}`;
  return findings.filter((finding) => finding.rule === rule).map(show);
}

export interface Linked {
  readonly table: SummaryTable;
  readonly collected: Collected;
  readonly contexts: Contexts;
  /** A function by its name; throws when there is none. */
  readonly fn: (name: string) => FunctionRef;
}

/** The summaries of a few texts, every function interpreted, and what the graph says of them. */
export async function linked(sources: Readonly<Record<string, string>>): Promise<Linked> {
  const { program } = await snapshotOf(sources);
  for (const fn of program.functions()) if (program.skeleton(fn) === undefined) program.demand(fn, 'path');
  const whole = program as MutableProgram;
  for (const demand of whole.takeDemands()) {
    const [skeleton] = compiler.skeletons(sources[demand.file] ?? '', [demand]);
    if (skeleton)
      whole.supplySkeleton(demand.file, demand.isMacro, demand.index, demand.functionHash, skeleton);
    else whole.declineDemand(demand);
  }
  const table = new SummaryTable(program, program.models);
  table.begin();
  const collected = runToEnd(new Contributions().collect(table));
  const fn = (name: string): FunctionRef => {
    const found = [...program.functions()].find((one) => one.name === name);
    if (!found) throw new Error(`no function ${name}`);
    return found;
  };
  return { table, collected, contexts: runToEnd(Contexts.read(collected, new ContextMemory())), fn };
}
