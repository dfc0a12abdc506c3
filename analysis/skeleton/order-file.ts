import { emptyOutline } from '../outline/tokens/empty.js';
import { readOrderFile } from '../outline/orders/order-file.js';
import type { FileSummary } from './types.js';

/** The summary of a `.lockorder` file: the orders it declares, and a gap for each line that cannot be read. */
export function summarizeOrderFile(text: string): FileSummary {
  const { orders, gaps } = readOrderFile(text);
  return {
    outline: {
      ...emptyOutline({ bytes: text.length, lines: text.split('\n').length }),
      orders,
      gaps,
    },
    skeletons: new Map(),
    macroSkeletons: new Map(),
  };
}
