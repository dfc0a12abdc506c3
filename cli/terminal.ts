import { visible, visibleLines } from '../analysis/base/visible.js';
import { lstatSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceText, staysInside } from '../host/node/files/write.js';
import { COLOURED, PLAIN, type Style } from '../analysis/report/formats/text.js';
import { isErrorSeen, tellResultBegins } from '../host/node/room.js';
import { CommandFailure } from './failure.js';

/** Text in its exact form, made visible only if standard output is a terminal. */
export function shownExactly(text: string): string {
  return process.stdout.isTTY ? visibleLines(text) : text;
}

/** Writes a result to standard output or to the given file; nothing else writes there. */
export function writeResult(text: string, file: string | undefined): void {
  if (file === undefined) {
    tellResultBegins();
    process.stdout.write(text);
    return;
  }
  try {
    const there = lstatSync(file, { throwIfNoEntry: false });
    const isDevice =
      file.startsWith('/dev/') || statSync(file, { throwIfNoEntry: false })?.isFile() === false;
    // Write to a device or pipe directly: renaming would replace it by a file.
    if (isDevice) writeFileSync(file, text);
    else if (there?.isSymbolicLink() !== true) replaceText(file, text);
    else if (staysInside(dirname(file), file)) replaceText(realpathSync(file), text);
    // The analysed tree may contain the link.
    else throw new CommandFailure(`${file}: a symbolic link that leads elsewhere; name the file itself`);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(`${file}: cannot be written (${error instanceof Error ? error.message : ''})`);
  }
}

let isQuiet = false;

/** Limits output to errors from now on. */
export function beQuiet(isWanted = true): void {
  isQuiet = isWanted;
}

/** Prints a message of one line, and further lines that belong to it. */
export function message(text: string, more: readonly string[] = []): void {
  if (!isQuiet) complain(text, more);
}

/** Prints why a command failed. */
export function complain(text: string, more: readonly string[] = []): void {
  const lines = [`lockorder: ${visible(text)}`, ...more.map((line) => `  ${visible(line)}`)];
  process.stderr.write(lines.map((line) => `${line}\n`).join(''));
}

export const COLOUR_CHOICES = ['auto', 'always', 'never'] as const;
export type ColourChoice = (typeof COLOUR_CHOICES)[number];

/** Colours if requested, otherwise if the terminal supports them and no variable forbids them. */
export function styleFor(file: string | undefined, choice: ColourChoice = 'auto'): Style {
  if (choice !== 'auto') return choice === 'always' ? COLOURED : PLAIN;
  const { NO_COLOR = '', FORCE_COLOR = '', TERM = '' } = process.env;
  if (NO_COLOR !== '') return PLAIN;
  if (FORCE_COLOR !== '') return FORCE_COLOR === '0' ? PLAIN : COLOURED;
  return file === undefined && process.stdout.isTTY && TERM !== 'dumb' ? COLOURED : PLAIN;
}

const PAUSE_MS = 100;

/** A line on standard error that overwrites itself; silent unless that is a terminal. */
export class ProgressLine {
  private last = 0;
  private shown = false;
  /** Read once: reading the environment is slow, and there are a million steps. */
  private readonly isSeen = isErrorSeen();

  show(text: string): void {
    if (!this.isSeen || isQuiet) return;
    const now = performance.now();
    if (now - this.last < PAUSE_MS) return;
    this.last = now;
    this.shown = true;
    process.stderr.write(`\r\u001b[K${visible(text)}`);
  }

  clear(): void {
    if (this.shown) process.stderr.write('\r\u001b[K');
    this.shown = false;
  }
}
