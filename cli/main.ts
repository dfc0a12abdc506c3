#!/usr/bin/env node
import { endWithParent, hasRoom, inRoom, prepareHeap, roomMb, whyNoRoom } from '../host/node/room.js';
import { EXIT } from './failure.js';
import type * as Program from './program.js';
import { complain } from './terminal.js';

/** Commands that may get a whole kernel. */
const LARGE: ReadonlySet<string> = new Set([
  'scan',
  'graph',
  'link',
  'fix',
  'explain',
  'why',
  'evidence',
  'summarize',
]);
/** The one of them that can run in parts. */
const DIVISIBLE = 'scan';

// A reader that stops early (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  complain(`the result cannot be written to standard output (${error.message})`);
  process.exit(EXIT.failure);
});
process.stderr.on('error', () => {
  // There is nowhere left to report to.
});

const words = process.argv.slice(2);
prepareHeap();
if (hasRoom()) endWithParent();

/** The commands, a bundle of their own: a process that only starts another one does without them. */
const commands = (): Promise<typeof Program> => import('./program.js');

async function run(): Promise<number> {
  return (await commands()).run(words);
}

async function withRoom(): Promise<number> {
  const why = whyNoRoom();
  if (why !== undefined) {
    complain(`out of memory: ${why}`);
    return EXIT.failure;
  }
  const code = await inRoom();
  // With the heap that it has, which is enough for a driver or a log.
  if (code === 'alone') return run();
  if (code === 'full') {
    if (words[0] === DIVISIBLE) {
      (await commands()).divideScan();
      return run();
    }
    complain(`out of memory: ${roomMb()} MB is not enough; scan fewer directories at a time`);
    return EXIT.failure;
  }
  if (code === 'cut') {
    complain(`out of memory: the result may be cut short, since ${roomMb()} MB is not enough to write it`);
    return EXIT.failure;
  }
  if (typeof code === 'string') {
    process.kill(process.pid, code);
    return EXIT.failure;
  }
  return Object.values<number>(EXIT).includes(code) ? code : EXIT.failure;
}

const ending = LARGE.has(words[0] ?? '') && !hasRoom() ? withRoom() : run();

ending.then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // An unexpected error is a bug of ours: print one line, and the stack on request.
    const { message: text, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const isWanted = (process.env['LOCKORDER_DEBUG'] ?? '') !== '';
    complain(`internal error, please report it: ${text}`, isWanted ? stack.split('\n') : []);
    process.exitCode = EXIT.failure;
  },
);
