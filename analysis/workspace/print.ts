import { absolute } from '../base/span.js';
import type { ShownSummary, ShownLock } from '../checks/engine/engine.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import { printOutline } from '../outline/print.js';
import { renderGraphText } from '../report/graph.js';
import { compareText } from '../report/order.js';
import { printSkeletons } from '../skeleton/codec/print.js';
import { sanitisedFunction } from '../skeleton/skeleton.js';
import type { FileSummary, Skeleton } from '../skeleton/types.js';
import type { FlatTree, Parser } from '../syntax/types.js';
import type { Snapshot } from './index.js';
import { eventsOf } from '../skeleton/lowering/events.js';

/**
 * The stages of the analysis in order; each can be printed for one file. Their names are part of the command line's
 * contract and older than the code's words: `shadow` is the sanitised source, `summary` the skeletons, `effects` the
 * function summaries.
 */
export const STAGES = ['outline', 'shadow', 'tree', 'summary', 'link', 'effects', 'graph'] as const;
export type PrintedStage = (typeof STAGES)[number];

export interface PrintInput {
  readonly file: string;
  readonly text: string;
  readonly snapshot: Snapshot;
  readonly models: Models;
  readonly parser: Parser;
}

/** The output of one stage for one file; `undefined` if the program does not have the file. */
export function printStage(stage: PrintedStage, input: PrintInput): string | undefined {
  const { file, snapshot } = input;
  const summary = snapshot.program.files.get(file);
  if (!summary) return undefined;
  switch (stage) {
    case 'outline':
      return printOutline(summary.outline);
    case 'shadow':
      return sanitisedFunctions(input, summary)
        .map(({ line, text }) => `// line ${line}\n${text}\n`)
        .join('');
    case 'tree':
      return sanitisedFunctions(input, summary)
        .map(({ line, text }) => `// line ${line}\n${printTree(input.parser, text)}`)
        .join('');
    case 'summary':
      return printSkeletons(summary);
    case 'link':
      return functionsOf(snapshot.program, file)
        .map((fn) => printLinks(snapshot.program, fn))
        .join('');
    case 'effects':
      return functionsOf(snapshot.program, file)
        .map((fn) => printSummary(snapshot.analysis.summary(fn), snapshot.program.skeleton(fn)))
        .join('');
    case 'graph':
      return renderGraphText(snapshot.analysis.graph, file);
  }
}

function sanitisedFunctions(
  { text, models }: PrintInput,
  { outline, skeletons }: FileSummary,
): { readonly line: number; readonly text: string }[] {
  return [...skeletons.keys()]
    .sort((a, b) => a - b)
    .map((index) => ({
      line: outline.functions[index]?.line ?? 0,
      text: sanitisedFunction(text, outline, index, models).text,
    }));
}

/** Named nodes, one per line, indented, with the text of the leaves. */
function printTree(parser: Parser, text: string): string {
  const parsed = parser.parse(text);
  const tree = parsed.flatten();
  parsed.delete();
  const lines: string[] = [];
  const open: number[] = [];
  for (let node = 0; node < tree.count; node += 1) {
    while (open.length > 0 && (tree.next[open.at(-1) ?? 0] ?? 0) <= node) open.pop();
    const name = tree.names[tree.kind[node] ?? 0] ?? 'ERROR';
    lines.push(`${'  '.repeat(open.length)}${name}${leafText(tree, node, text)}`);
    open.push(node);
  }
  return `${lines.join('\n')}\n`;
}

function leafText(tree: FlatTree, node: number, text: string): string {
  const isLeaf = tree.next[node] === node + 1;
  return isLeaf ? ` ${text.slice(tree.start[node], tree.end[node]).replace(/\s+/g, ' ')}` : '';
}

function functionsOf(program: Program, file: string): FunctionRef[] {
  const { outline } = program.files.get(file) ?? {};
  return (outline?.functions ?? []).flatMap((_, index) => program.functionAt(file, index) ?? []);
}

/** What the calls of a function resolve to, and its callers. */
function printLinks(program: Program, fn: FunctionRef): string {
  const calls = (fn.item?.calls ?? []).map((name) => {
    const targets = program.resolveCall(name, fn.file).map(placeOf);
    return `  calls ${name}: ${targets.length > 0 ? targets.join(', ') : '?'}`;
  });
  const callers = program.callers(fn).map((caller) => `  called by ${caller.name}: ${placeOf(caller)}`);
  return [`${fn.name} ${placeOf(fn)}`, ...calls, ...callers.sort(compareText), ''].join('\n');
}

function placeOf(fn: FunctionRef): string {
  return `${fn.file}:${fn.line}`;
}

function printSummary(summary: ShownSummary | undefined, skeleton: Skeleton | undefined): string {
  if (!summary) return '';
  const lines = [`${summary.function.name}${summary.complete ? '' : ' (incomplete)'}`];
  const list = (what: string, locks: readonly ShownLock[]): void => {
    for (const lock of locks) {
      lines.push(`  ${what} ${lock.id} (${lock.mode}) as ${lock.text} at ${lock.at.file}:${lock.at.line}`);
    }
  };
  list('needs', summary.needs);
  list('acquires', summary.acquires);
  list('releases', summary.releases);
  for (const event of eventsOf(skeleton)) {
    const held = summary.heldAt.get(event.id) ?? [];
    if (held.length === 0) continue;
    const { line, column } = absolute(event.at, summary.function.line);
    lines.push(`  ${line}:${column} ${event.k} with ${held.map(({ id }) => id).join(', ')}`);
  }
  for (const { held, released, at } of summary.exits) {
    const where = at.map(({ line }) => line).join(', ');
    const ids = (locks: readonly ShownLock[]): string => locks.map(({ id }) => id).join(', ') || 'none';
    lines.push(`  returns at ${where} holding ${ids(held)}, released ${ids(released)}`);
  }
  for (const { kind, at, detail } of summary.gaps) {
    lines.push(`  gap ${at.line + summary.function.line}:${at.column} ${kind} ${detail}`);
  }
  return `${lines.join('\n')}\n`;
}
