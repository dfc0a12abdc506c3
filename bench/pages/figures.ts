// node out/bench/pages/figures.js
// Writes bench/reports/figures.md from bench/history: the last run of every runner, with date, commit and figures.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatted } from '../support/pages/formatted.js';
import { ROOT } from '../support/root.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Run = Readonly<Record<string, Json>>;

/** Shown in the line about the run. */
const CIRCUMSTANCES: ReadonlySet<string> = new Set(['at', 'commit', 'node', 'cpus', 'command']);
/** Maximum number of rows shown of one list; further ones are only counted. */
const MOST_ROWS = 12;
const folder = join(ROOT, 'bench/history');

function runsOf(file: string): readonly Run[] {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Run);
}

/** Longer texts, such as lists of paths, are cut. */
const LONGEST = 80;
/** Figures nested below this many keys stay in the history only. */
const DEEPEST = 2;

/** A figure rounded to its repeatable digits. */
function shown(value: Json): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  const text = typeof value === 'string' ? value.replace(/\|/g, '\\|') : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Figures by their path: `reading.seconds`. {@link tableOf} prints lists of records. */
function figuresOf(value: Json, path: string): readonly (readonly [string, string])[] {
  if (path.split('.').length > DEEPEST) return [];
  if (isObject(value))
    return Object.entries(value).flatMap(([key, inner]) =>
      figuresOf(inner, path === '' ? key : `${path}.${key}`),
    );
  if (Array.isArray(value))
    return value.some(isObject) || value.length > MOST_ROWS ? [] : [[path, value.map(shown).join(', ')]];
  return [[path, shown(value)]];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A list of records, one row each, with the columns that hold single values. */
function tableOf(name: string, list: readonly Json[]): readonly string[] {
  const records = list.filter(isObject);
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))].filter((key) =>
    records.every((record) => !isObject(record[key] ?? '') && !Array.isArray(record[key] ?? '')),
  );
  if (columns.length === 0) return [];
  const rows = records.slice(0, MOST_ROWS).map((record) => columns.map((key) => shown(record[key] ?? '')));
  const more = records.length - rows.length;
  return [
    `${name}${more > 0 ? `, the first ${rows.length} of ${records.length}` : ''}:`,
    table(columns, rows),
  ];
}

function section(file: string): readonly string[] {
  const name = file.replace(/\.jsonl$/, '');
  const runs = runsOf(file);
  const last = runs.at(-1);
  if (last === undefined) return [];
  const figures = Object.entries(last).filter(([key]) => !CIRCUMSTANCES.has(key));
  const given = last['command'];
  const command = typeof given === 'string' ? ` Command: \`${given.replace(/`/g, '')}\`.` : '';
  const when = shown(last['at'] ?? '').slice(0, 10);
  return [
    `## ${name}`,
    `${when}, commit ${shown(last['commit'] ?? 'unknown')}, the last of ${runs.length}.${command}`,
    table(
      ['figure', 'value'],
      figures.flatMap(([key, value]) => figuresOf(value, key)),
    ),
    ...figures.flatMap(([key, value]) =>
      Array.isArray(value) && value.some(isObject) ? tableOf(key, value) : [],
    ),
  ];
}

const text = [
  '# Figures',
  'The last run of every runner, generated from `bench/history` by `node out/bench/pages/figures.js`. ' +
    '[bench/README.md](../README.md) says what each runner measures and with which options; times were taken on two ' +
    'processors that others shared.',
  ...readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap(section),
].join('\n\n');
writeFileSync(join(ROOT, 'bench/reports/figures.md'), await formatted('figures.md', `${text}\n`));
