import { createModels } from '../../../analysis/models/index.js';
import { outlineFile } from '../../../analysis/outline/index.js';
import type { FileOutline, FunctionItem } from '../../../analysis/outline/index.js';

export const models = createModels();

export function outline(text: string): FileOutline {
  return outlineFile(text, models);
}

/** The only function of a text. */
export function only(text: string): FunctionItem {
  const { functions } = outline(text);
  if (functions.length !== 1) throw new Error(`expected one function, found ${functions.length}`);
  return functions[0]!;
}

export function names(items: readonly { readonly name: string }[]): string[] {
  return items.map(({ name }) => name);
}

/** Fields of the record with a tag, as `name: type`. */
export function fields(text: string, tag: string): string[] {
  const record = outline(text).records.find((item) => item.tag === tag);
  return record?.fields.map(({ name, type }) => `${name}: ${type}`) ?? [];
}
