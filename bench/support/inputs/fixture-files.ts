export interface SourceText {
  readonly name: string;
  readonly text: string;
}

const EXPECTATION = /^\s*\/\/\s*\^+.*\n/gm;
const FILE = /^\/\/- (\S+\.[ch])\n/m;
const FIX = /^\/\/- (?:no-)?fix:/m;

/** The sources of a fixture without what it expects. `name` is the file name of a fixture that names none. */
export function fixtureFiles(fixture: string, name: string): readonly SourceText[] {
  const [sources = ''] = fixture.split(FIX);
  const [first = '', ...rest] = sources.replace(EXPECTATION, '').split(FILE);
  if (rest.length === 0) return [{ name, text: first }];
  return rest.flatMap((part, at) => (at % 2 === 0 ? [{ name: part, text: rest[at + 1] ?? '' }] : []));
}
