#!/usr/bin/env node
import { hasRoom, inRoom, prepareHeap, roomMb, whyNoRoom } from '../host/node/room.js';
import { EXIT } from './failure.js';
import { lookAtParts } from './parts.js';
import { run } from './program.js';
import { message } from './terminal.js';

/** Commands that may be given a whole kernel. */
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
/** Those of them that can do with less at a time. */
const DIVISIBLE = 'scan';

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const words = process.argv.slice(2);
prepareHeap();

async function withRoom(): Promise<number> {
  const why = whyNoRoom();
  if (why !== undefined) {
    message(`out of memory: ${why}`);
    return EXIT.failure;
  }
  const code = await inRoom();
  if (code === 'full') {
    if (words[0] === DIVISIBLE) {
      lookAtParts();
      return run(words);
    }
    message(`out of memory: ${roomMb()} MB were not enough; give it fewer folders at a time`);
    return EXIT.failure;
  }
  return Object.values<number>(EXIT).includes(code) ? code : EXIT.failure;
}

const ending = LARGE.has(words[0] ?? '') && !hasRoom() ? withRoom() : run(words);

void ending.then((code) => {
  process.exitCode = code;
});
