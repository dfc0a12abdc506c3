import { folderOf, isOrderFile, ORDER_FILE } from '../../base/paths.js';
import type { FileEdit, StoryStep } from '../../checks/types.js';
import { rootOf, shortName } from '../../graph/side.js';
import type { LockClass } from '../../graph/types.js';
import { proposeReorder } from './reorder.js';
import type { FixInput, FixOutcome } from '../types.js';

export const DECLARE = 'declare';
/** One function alone is rather a mistake than a habit. */
const FEWEST_AGAINST = 2;

/** What declaring an order changes: one file, which may have to be made. */
export interface OrderDeclaration {
  /** The order as it is written. */
  readonly text: string;
  readonly file: string;
  /** There is no such file yet. */
  readonly isNew: boolean;
  readonly edits: readonly FileEdit[];
}

/**
 * Declares an order (class ids as shown, outermost first) for the code in some files: a line in the nearest
 * `.lockorder` at or above the folder they share, else in a new one there. `undefined` when that file says so
 * already. `textOf` gives the text of a file, `undefined` where there is none.
 */
export function declareOrder(
  order: readonly string[],
  files: readonly string[],
  textOf: (file: string) => string | undefined,
): OrderDeclaration | undefined {
  const shared = sharedFolder(files);
  const nearest = foldersUp(shared)
    .map(fileIn)
    .find((file) => textOf(file) !== undefined);
  const file = nearest ?? fileIn(shared);
  const text = textOf(file);
  const words = order.join(' < ');
  if (text !== undefined && declares(text, words)) return undefined;
  const lines = (text ?? '').split('\n');
  const last = lines.at(-1) ?? '';
  const isOpen = last !== '';
  return {
    text: words,
    file,
    isNew: text === undefined,
    edits: [
      {
        file,
        range: {
          startLine: lines.length,
          startColumn: last.length + 1,
          endLine: lines.length,
          endColumn: last.length + 1,
        },
        newText: `${isOpen ? '\n' : ''}${words}\n`,
      },
    ],
  };
}

/** Whether a `.lockorder` text says this already, up to blanks and comments. */
function declares(text: string, order: string): boolean {
  const words = (line: string): string =>
    line
      .replace(/(?:^|\s)#.*$/, '')
      .replace(/\s+/g, ' ')
      .trim();
  return text.split(/\r?\n/).some((line) => words(line) === order);
}

function fileIn(folder: string): string {
  return folder === '' ? ORDER_FILE : `${folder}/${ORDER_FILE}`;
}

/** The folder that all files are in or below. */
function sharedFolder(files: readonly string[]): string {
  const [first = [], ...rest] = files.map((file) => folderOf(file).split('/'));
  let length = first.length;
  for (const folders of rest) {
    let same = 0;
    while (same < length && same < folders.length && folders[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length).join('/');
}

function foldersUp(folder: string): string[] {
  const up = [folder];
  for (let at = folder; at !== ''; at = folderOf(at)) up.push(folderOf(at));
  return up;
}

/**
 * What mends an acquisition against a declared order. Where most functions follow the order, the code is turned
 * round; where most go against it, the majority is declared instead: in the `.lockorder` line that says otherwise,
 * or beside a comment that does.
 */
export function proposeDeclaredOrder(input: FixInput): FixOutcome {
  const { finding, analysis } = input;
  const refused = (reason: string): FixOutcome => ({ fixes: [], refusals: [{ kind: DECLARE, reason }] });
  const said = finding.story.filter((step) => step.function === '');
  const [told] = said;
  if (told === undefined || said.length === finding.story.length || said.length > 1)
    return refused('which of two declarations is meant is for people to say');
  const [first, second] = finding.locks.map((id) =>
    [...analysis.graph.classes.values()].find((lock) => lock.id === id),
  );
  if (!first || !second) return refused('the lock classes are not known');
  const along = functionsOf(input, first, second);
  const against = functionsOf(input, second, first);
  const source = `${told.file}:${told.line}`;
  if (against.size <= along.size || against.size < FEWEST_AGAINST)
    return proposeReorder({
      ...input,
      facts: { ...input.facts, declared: [{ from: first.key, to: second.key, source }] },
    });
  const counts = `as ${against.size} functions do, against ${along.size}`;
  if (isOrderFile(told.file)) return turnRound(input, told, first, second, counts, refused);
  const made = declareOrder([second.id, first.id], [...against.values()], (file) => input.textOf(file));
  if (made === undefined) return refused(`${second.id} is declared to come first already`);
  const title = `Declare ${second.id} before ${first.id} in ${made.file}, ${counts}`;
  return { fixes: [{ title, kind: DECLARE, verified: false, edits: made.edits, regions: [] }], refusals: [] };
}

/** Functions that take `to` while they hold `from`, with the file each is in. */
function functionsOf({ analysis }: FixInput, from: LockClass, to: LockClass): ReadonlyMap<string, string> {
  const roots = new Map<string, string>();
  for (const edge of analysis.graph.edgesFrom(from.key)) {
    if (edge.to !== to.key || edge.trylock) continue;
    for (const witness of edge.witnesses) {
      const root = rootOf(witness);
      if (root) roots.set(`${root.at.file}:${root.function}`, root.at.file);
    }
  }
  return roots;
}

/** Writes the two locks of a line the other way round. */
function turnRound(
  input: FixInput,
  told: StoryStep,
  first: LockClass,
  second: LockClass,
  counts: string,
  refused: (reason: string) => FixOutcome,
): FixOutcome {
  const line = input.textOf(told.file)?.split(/\r?\n/)[told.line - 1] ?? '';
  const words = line.slice(told.column - 1, told.endColumn - 1);
  const names = words.split('<').map((name) => name.trim());
  const [one, other] = names;
  if (names.length !== 2 || one === undefined || other === undefined)
    return refused(
      `most functions go against ${told.file}:${told.line}, which declares more than these two locks`,
    );
  const edit: FileEdit = {
    file: told.file,
    range: { startLine: told.line, startColumn: told.column, endLine: told.line, endColumn: told.endColumn },
    newText: `${other} < ${one}`,
  };
  const title = `Declare ${shortName(second.id)} before ${shortName(first.id)}, ${counts}`;
  return { fixes: [{ title, kind: DECLARE, verified: false, edits: [edit], regions: [] }], refusals: [] };
}
