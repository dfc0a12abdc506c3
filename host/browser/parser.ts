import type { Parser } from '../../analysis/syntax/types.js';
import { createParserFrom } from '../parser.js';

/** What the page hands over, since a worker has nothing beside it: the two wasm files. */
export interface ParserBytes {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}

export function createBrowserParser({ runtime, grammar }: ParserBytes): Promise<Parser> {
  return createParserFrom(
    () => runtime,
    () => grammar,
  );
}
