import type { Parser } from '../../analysis/syntax/types.js';
import { createParserFrom } from '../parser.js';

/** The two wasm files, passed by the page because a worker cannot load them itself. */
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
