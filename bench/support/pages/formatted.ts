import { format } from 'oxfmt';

/** Formats a generated page or data file as `npm run format` would; the name tells what it is. */
export async function formatted(name: string, text: string): Promise<string> {
  const { code, errors } = await format(name, text, { printWidth: 110 });
  const [error] = errors;
  if (error !== undefined) throw new Error(`${name}: ${error.message}`);
  return code;
}
