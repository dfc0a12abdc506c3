import { folderOf, isOrderFile, ORDER_FILE } from '../../base/paths.js';
import type { FileEdit, StoryStep } from '../../checks/types.js';
import { rootOf, shortName } from '../../graph/orders/side.js';
import type { LockClass } from '../../graph/events/types.js';
import { proposeReorder } from './reorder.js';
import type { FixInput, FixOutcome } from '../types.js';

export const DECLARE = 'declare';
/** A single function against the order is more likely a mistake than a convention. */
const FEWEST_AGAINST = 2;

/** The change that declares an order: one file, which may be new. */
export interface OrderDeclaration {
  /** The order as written. */
  readonly text: string;
  readonly file: string;
  /** Whether the file does not exist yet. */
  readonly isNew: boolean;
  readonly edits: readonly FileEdit[];
}

/**
 * Declares an order (class ids as shown, outermost first) for the code in some files: adds a line to the nearest
 * `.lockorder` at or above the folder they share, or creates one there. `undefined` if that file already declares it.
 * `textOf` returns the text of a file, `undefined` if there is none.
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

/** Whether a `.lockorder` text already declares this order, ignoring white space and comments. */
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

/** The deepest folder that contains all files. */
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
 * Repairs an acquisition that violates a declared order. If most functions follow the order, it reorders the code. If
 * most violate it, it declares their order instead: in the `.lockorder` line with the opposite order, or for the
 * comment that states it.
 */
export function proposeDeclaredOrder(input: FixInput): FixOutcome {
  const { finding, analysis } = input;
  const refused = (reason: string): FixOutcome => ({ fixes: [], refusals: [{ kind: DECLARE, reason }] });
  const said = finding.story.filter((step) => step.function === '');
  const [told] = said;
  if (told === undefined || said.length === finding.story.length || said.length > 1)
    return refused('the source does not show which of two declarations is meant');
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
  if (isOrderFile(told.file)) return turnRound(input, told, { first, second, counts }, refused);
  const made = declareOrder([second.id, first.id], [...against.values()], (file) => input.textOf(file));
  if (made === undefined) return refused(`${second.id} is already declared to come first`);
  const title = `Declare ${second.id} before ${first.id} in ${made.file}, ${counts}`;
  return { fixes: [{ title, kind: DECLARE, verified: false, edits: made.edits, regions: [] }], refusals: [] };
}

/** Functions that take `to` while they hold `from`, with their files. */
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

/** A declared order that most functions contradict. */
interface ContradictedOrder {
  /** The lock that is declared to come first. */
  readonly first: LockClass;
  readonly second: LockClass;
  /** How many functions contradict it and how many follow it, in words. */
  readonly counts: string;
}

/** Swaps the two locks of a declaration line. */
function turnRound(
  input: FixInput,
  told: StoryStep,
  { first, second, counts }: ContradictedOrder,
  refused: (reason: string) => FixOutcome,
): FixOutcome {
  const line = input.textOf(told.file)?.split(/\r?\n/)[told.line - 1] ?? '';
  const words = line.slice(told.column - 1, told.endColumn - 1);
  const names = words.split('<').map((name) => name.trim());
  const [one, other] = names;
  if (names.length !== 2 || one === undefined || other === undefined)
    return refused(
      `most functions contradict ${told.file}:${told.line}, which declares more than these two locks`,
    );
  const edit: FileEdit = {
    file: told.file,
    range: { startLine: told.line, startColumn: told.column, endLine: told.line, endColumn: told.endColumn },
    newText: `${other} < ${one}`,
  };
  const title = `Declare ${shortName(second.id)} before ${shortName(first.id)}, ${counts}`;
  return { fixes: [{ title, kind: DECLARE, verified: false, edits: [edit], regions: [] }], refusals: [] };
}
