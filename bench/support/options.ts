import { parseArgs } from 'node:util';

/** Reads `--name value` options; those without a default are required. Ends the program with 2 otherwise. */
export function options<Name extends string>(
  usage: string,
  defaults: Readonly<Record<Name, string | undefined>>,
): Record<Name, string> {
  const names = Object.keys(defaults) as Name[];
  try {
    const { values } = parseArgs({
      options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    });
    const result = {} as Record<Name, string>;
    for (const name of names) {
      const value = values[name] ?? process.env[`LOCKORDER_${name.toUpperCase()}`] ?? defaults[name];
      if (typeof value !== 'string') throw new Error(`--${name} is missing`);
      result[name] = value;
    }
    return result;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(`usage: ${usage}`);
    process.exit(2);
  }
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}
