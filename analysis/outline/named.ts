import type { FileOutline } from './types.js';

/** What a file names other than to call it: in functions and in tables. A name comes once for each of them. */
export function* namedAsValues({ functions, variables }: FileOutline): Generator<string> {
  for (const { references } of functions) yield* references;
  for (const { members } of variables) for (const { value } of members) yield value;
}

/** The same, and what it hands to macros at file scope, which may export it. */
export function* named(outline: FileOutline): Generator<string> {
  yield* namedAsValues(outline);
  for (const use of outline.macroUses) yield* use.arguments;
}
