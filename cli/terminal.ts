import { lstatSync, renameSync, writeFileSync } from 'node:fs';
import { COLOURED, PLAIN, type Style } from '../analysis/report/text.js';
import { isErrorSeen } from '../host/node/room.js';
import { CommandFailure } from './failure.js';

/** Results go to standard output or to the file named; nothing else does. */
export function writeResult(text: string, file: string | undefined): void {
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  const temporary = `${file}.${process.pid}`;
  try {
    // A device, a pipe or a link is written to; renaming would put a file in its place.
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false) {
      writeFileSync(file, text);
      return;
    }
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (error) {
    throw new CommandFailure(`${file}: cannot be written (${error instanceof Error ? error.message : ''})`);
  }
}

export function message(text: string): void {
  process.stderr.write(`lockorder: ${text}\n`);
}

export function styleFor(file: string | undefined): Style {
  const wanted = file === undefined && process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
  return wanted ? COLOURED : PLAIN;
}

const PAUSE_MS = 100;

/** One line on standard error that is written over; silent unless that is a terminal. */
export class ProgressLine {
  private last = 0;
  private shown = false;
  /** Asked once: the environment is not cheap to read, and there are a million steps. */
  private readonly isSeen = isErrorSeen();

  show(text: string): void {
    if (!this.isSeen) return;
    const now = performance.now();
    if (now - this.last < PAUSE_MS) return;
    this.last = now;
    this.shown = true;
    process.stderr.write(`\r\u001b[K${text}`);
  }

  clear(): void {
    if (this.shown) process.stderr.write('\r\u001b[K');
    this.shown = false;
  }
}
