import { Transform } from 'node:stream';

/** Longer messages are refused: a Node string cannot hold twice as much, and no source file comes near it. */
const MOST_BYTES = 2 ** 28;
const MOST_HEAD_BYTES = 2 ** 14;

/**
 * Passes on a client's bytes while they consist of headers and bodies of the announced length. After anything else,
 * messages cannot be separated: calls {@link broken} and passes nothing more.
 */
export function framed(broken: (why: string) => void): Transform {
  let head = '';
  /** Remaining bytes of the current body. */
  let left = 0;
  let isBroken = false;
  const problemOf = (chunk: Buffer): string | undefined => {
    let at = 0;
    while (at < chunk.length) {
      if (left > 0) {
        const taken = Math.min(left, chunk.length - at);
        left -= taken;
        at += taken;
        continue;
      }
      const known = head.length;
      head += chunk.toString('latin1', at, at + MOST_HEAD_BYTES + 4 - known);
      // The end of a header may be split between two chunks.
      const end = head.indexOf('\r\n\r\n', Math.max(known - 3, 0));
      if (end < 0) return head.length > MOST_HEAD_BYTES ? 'an unterminated header' : undefined;
      const length = lengthIn(head.slice(0, end));
      if (typeof length === 'string') return length;
      at += end + 4 - known;
      head = '';
      left = length;
    }
    return undefined;
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const problem = isBroken ? undefined : problemOf(chunk);
      if (problem !== undefined) {
        isBroken = true;
        broken(problem);
      }
      if (isBroken) done();
      else done(null, chunk);
    },
  });
}

/** The length in a header, or the error in it. */
function lengthIn(head: string): number | string {
  const lines = head.split('\r\n');
  const other = lines.find((line) => !/^[\w-]+:/.test(line));
  if (other !== undefined) return `not a header: ${other.slice(0, 80)}`;
  const lengths = lines.filter((line) => /^content-length:/i.test(line));
  if (lengths.length !== 1) return `a header with ${lengths.length} Content-Length`;
  const value = lengths[0]?.slice('content-length:'.length).trim() ?? '';
  if (!/^\d+$/.test(value)) return `Content-Length is not a number: ${value.slice(0, 80)}`;
  if (Number(value) > MOST_BYTES) return `Content-Length is more than ${MOST_BYTES}: ${value.slice(0, 80)}`;
  return Number(value);
}
