#!/usr/bin/env node
import { hasRoom, withRoom } from '../host/node/room.js';
import { EXIT } from './failure.js';
import { run } from './program.js';
import { message } from './terminal.js';

/** Commands that may be given a whole kernel. */
const LARGE: ReadonlySet<string> = new Set(['scan', 'graph', 'link', 'fix', 'explain', 'evidence']);

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const words = process.argv.slice(2);
const ending =
  LARGE.has(words[0] ?? '') && !hasRoom()
    ? withRoom((megabytes) => {
        message(`out of memory: ${megabytes} MB were not enough; give it fewer folders at a time`);
      }).then((code) => (Object.values<number>(EXIT).includes(code) ? code : EXIT.failure))
    : run(words);

void ending.then((code) => {
  process.exitCode = code;
});
