import assert from 'node:assert/strict';
import { createNodeParser } from '../../../host/node/parser.js';
import { createModels } from '../../../analysis/models/index.js';
import { printSkeleton } from '../../../analysis/skeleton/codec/print.js';
import { summarizeFile } from '../../../analysis/skeleton/summarize.js';
import type { FileSummary, Skeleton } from '../../../analysis/skeleton/types.js';

const parser = await createNodeParser();
const models = createModels();

export function summaryOf(code: string): FileSummary {
  return summarizeFile(code, models, parser);
}

/** The skeleton of the only function that locks, or of the one named. */
export function skeletonOf(code: string, name?: string): Skeleton {
  const { skeletons } = summaryOf(code);
  const found = [...skeletons.values()].find((skeleton) => name === undefined || skeleton.name === name);
  if (found === undefined) throw new Error(`no skeleton ${name ?? ''}`);
  return found;
}

/** A skeleton's blocks as text: places left out, and numbers of results that nothing refers to. */
export function show(skeleton: Skeleton): string {
  const lines = printSkeleton(skeleton)
    .split('\n')
    .filter((line) => /^ {2}(b\d+:| {2}|gap)/.test(line))
    .map((line) => line.replace(/^ {4}(\d+:\d+)?\s*/, '    ').replace(/^( {2}gap )\d+:\d+ /, '$1'));
  const text = lines.join('\n');
  return text.replace(/^( +)(%\d+) = /gm, (all, indent: string, result: string) =>
    new RegExp(`${result}(?!\\d)(?! =)`).test(text) ? all : indent,
  );
}

/** The text of `body` as the function `f(struct dev *dev, int n)` of a file. */
export function lowered(body: string, before = ''): string {
  return show(skeletonOf(`${before}\nint f(struct dev *dev, int n)\n{\n${body}\n}\n`, 'f'));
}

export function dedent(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => `  ${line.slice(indent)}`).join('\n');
}

/** Fails unless a body is lowered to what `expected` prints, whatever the indentation of either. */
export function same(body: string, expected: string, before = ''): void {
  assert.equal(dedent(lowered(body, before)), dedent(expected));
}
