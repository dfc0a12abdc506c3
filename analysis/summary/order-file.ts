import { hashText } from '../base/hash.js';
import { readOrderFile } from '../outline/order-file.js';
import type { FileSummary } from './types.js';

/** The summary of a `.lockorder` file: the orders it declares, and a gap for each line that declares none. */
export function summarizeOrderFile(text: string): FileSummary {
  const { orders, gaps } = readOrderFile(text);
  return {
    outline: {
      hash: hashText(text),
      bytes: text.length,
      lines: text.split('\n').length,
      includes: [],
      functions: [],
      prototypes: [],
      macros: [],
      records: [],
      typedefs: [],
      variables: [],
      constants: [],
      macroUses: [],
      lockInits: [],
      lockSites: 0,
      guards: [],
      orders,
      gaps,
    },
    skeletons: new Map(),
    macroSkeletons: new Map(),
  };
}
