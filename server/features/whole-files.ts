import type { Position } from 'vscode-languageserver';
import { LineTable } from '../../analysis/base/span.js';
import { toRange } from '../documents/positions.js';

/** The position of an offset in the text of a whole file. */
export function placeOfOffset(text: string, offset: number): Position {
  return toRange(new LineTable(text).span(offset, offset)).start;
}
