import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** A full collection: what nobody has any more is gone. */
export function collect(): void {
  // V8 keeps the text that a regular expression matched last, for RegExp.$_.
  /^/.exec('');
  gc();
  // What the first one has found dead lets go of more.
  gc();
}

/** Bytes of the heap that are in use, after a full collection. */
export function heapInUse(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
