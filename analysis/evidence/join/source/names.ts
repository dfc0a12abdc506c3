import { baseName, folderOf } from '../../../base/paths.js';
import { quoted } from '../../../base/words.js';
import type { SourceWorld } from '../world.js';
import { callsIn } from './calls.js';

const LITERAL = /"((?:[^"\\]|\\.)*)"/g;
const IDENTIFIER = /^[A-Za-z_]\w*$/;
/** One part of a concatenated literal: adjacent strings and macros. */
const PIECE = /"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|\S/g;
const CONVERSION = /%[-+ #0]*(?:\d+|\*)?(?:\.\d+)?(?:hh|h|ll|l|z)?([a-zA-Z%])/g;
/** A pattern with fewer fixed letters matches unrelated names. */
const FEWEST_LETTERS = 3;
/** More files that share a name prefix are not one driver. */
const MOST_PARTS = 12;

/** Patterns of the name that a registering call passes: a string, or the second-to-last argument. */
export function namesGiven(
  world: SourceWorld,
  given: readonly string[],
  file: string,
  own: string,
): readonly RegExp[] {
  const literal = given.flatMap((each) => literalOf(world, each, file) ?? []);
  return literal.length > 0 ? patterns(literal) : namesOf(world, given.at(-2) ?? '', file, own);
}

/**
 * Patterns of the names that an expression may stand for: a string, a macro or variable for one, a buffer that a call
 * with a format fills, or one that a call makes from the device, which begins with the name of its driver.
 */
function namesOf(world: SourceWorld, expression: string, file: string, own: string): readonly RegExp[] {
  const text = expression.replace(/^[&*(\s]+/, '').trim();
  const lines = (world.linesOf(file) ?? []).join('\n');
  const found = [
    ...initialised(lines, text),
    ...filled(own, text),
    ...(own === lines ? [] : filled(lines, text)),
  ];
  if (found.length > 0) return patterns(found);
  return driverNames(world, file).map((name) => new RegExp(`^${quoted(name)}(?:[.:-][\\w.:-]+)?$`));
}

/**
 * Patterns of the names with which calls make what is assigned to a variable or member, in one file; empty if a call
 * does not state the name.
 */
export function namesAssigned({ linesOf }: SourceWorld, word: string, file: string): readonly RegExp[] {
  const text = (linesOf(file) ?? []).join('\n');
  const pattern = new RegExp(`(?<!\\w)${quoted(word)}\\s*=\\s*(\\w+)\\s*\\(`, 'g');
  const found = [...text.matchAll(pattern)].map((match) => {
    const call = match[1] ?? '';
    const from = match.index + match[0].lastIndexOf(call);
    const [given] = callsIn(text.slice(from, from + MOST_CALL), call);
    const name = given?.find((each) => each.startsWith('"'));
    return name === undefined ? [] : patterns([name.slice(1, -1)]);
  });
  return found.some((each) => each.length === 0) ? [] : found.flat();
}

/** The string that adjacent literals and macros form; `undefined` if they include anything else. */
function literalOf(world: SourceWorld, text: string, file: string): string | undefined {
  const pieces = text.match(PIECE) ?? [];
  const values = pieces.map((piece) =>
    piece.startsWith('"')
      ? piece.slice(1, -1)
      : IDENTIFIER.test(piece)
        ? macroOf(world, piece, file)
        : undefined,
  );
  return pieces.length > 0 && values.every((value) => value !== undefined) ? values.join('') : undefined;
}

/** The string that a macro of the same file, or of a header of its folder, stands for. */
function macroOf({ linesOf, program }: SourceWorld, name: string, file: string): string | undefined {
  const definition = new RegExp(`^\\s*#\\s*define\\s+${name}\\s+"([^"]*)"`);
  const headers = program.filesIn(folderOf(file)).filter((each) => each.endsWith('.h'));
  for (const each of [file, ...headers]) {
    for (const line of linesOf(each) ?? []) {
      const match = line.includes(name) ? definition.exec(line) : null;
      if (match) return match[1] ?? '';
    }
  }
  return undefined;
}

/** Strings with which a variable or member is initialised or assigned. */
function initialised(text: string, expression: string): readonly string[] {
  const pattern = new RegExp(
    `(?<![\\w>.])${quoted(expression)}\\s*(?:\\[[^\\]]*\\])?\\s*=\\s*"((?:[^"\\\\]|\\\\.)*)"`,
    'g',
  );
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** Formats of the calls that fill an expression, or whose result is assigned to it. */
function filled(text: string, expression: string): readonly string[] {
  const found: string[] = [];
  for (let at = text.indexOf(expression); at >= 0; at = text.indexOf(expression, at + 1)) {
    const assigned = /^\s*=\s*(\w+)\s*\(/.exec(
      text.slice(at + expression.length, at + expression.length + 80),
    );
    const before = /(\w+)\s*\(\s*&?$/.exec(text.slice(Math.max(0, at - 80), at));
    const call = assigned?.[1] ?? before?.[1];
    if (call === undefined || call === 'if' || call === 'sizeof') continue;
    const from = text.slice(assigned ? at : at - (before?.[0].length ?? 0));
    const [given] = callsIn(from.slice(0, MOST_CALL), call);
    const format = given?.find((each) => each.startsWith('"'));
    if (format !== undefined)
      found.push([...format.matchAll(LITERAL)].map((match) => match[1] ?? '').join(''));
  }
  return found;
}

const MOST_CALL = 400;

/** Names of the drivers in a file and in the files of its folder that share its name prefix. */
function driverNames(world: SourceWorld, file: string): readonly string[] {
  const near = partsOf(file, world.program.filesIn(folderOf(file)));
  const found = near.flatMap((each) =>
    (world.linesOf(each) ?? []).flatMap((line) => {
      const given = /^\s*\.name\s*=\s*([^,}]+)/.exec(line)?.[1];
      return given === undefined ? [] : (literalOf(world, given.trim(), each) ?? []);
    }),
  );
  return [...new Set(found)].filter((name) => name.length >= FEWEST_LETTERS);
}

/** The files of one driver: those of the folder that share the most leading words of a file's name. */
export function partsOf(file: string, folder: readonly string[]): readonly string[] {
  const words = baseName(file).split(/(?<=[-_.])/);
  for (let count = words.length - 1; count > 0; count -= 1) {
    const start = words.slice(0, count).join('');
    const parts = folder.filter((each) => baseName(each).startsWith(start));
    if (parts.length > 1) return parts.length > MOST_PARTS ? [file] : [...new Set([file, ...parts])];
  }
  return [file];
}

function patterns(formats: readonly string[]): readonly RegExp[] {
  return formats.flatMap((format) => {
    const letters = format.replace(CONVERSION, '').replace(/[^A-Za-z]/g, '');
    if (format.includes('%') && letters.length < FEWEST_LETTERS) return [];
    const parts = format.split(CONVERSION);
    const source = parts.map((part, at) => (at % 2 === 0 ? quoted(part) : converted(part))).join('');
    return [new RegExp(`^${source}$`)];
  });
}

const converted = (letter: string): string =>
  letter === '%' ? '%' : /[dui]/.test(letter) ? '\\d+' : /[xX]/.test(letter) ? '[0-9a-fA-F]+' : '[^ ]+';
