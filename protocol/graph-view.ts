/** Messages between the window of the graph and its page. */
import type { GraphResult } from './methods.js';

/** From the page. */
export type GraphPageMessage =
  /** The page has loaded and wants a graph. */
  | { readonly type: 'ready' }
  /** Show a place in the source; `file` is relative to the graph's folder. */
  | { readonly type: 'open'; readonly file: string; readonly line: number }
  /** Request the graph again with another depth, or around another class. */
  | { readonly type: 'ask'; readonly depth: number; readonly around?: string }
  | { readonly type: 'save'; readonly format: 'svg' | 'dot'; readonly name: string; readonly text: string };

/** To the page. */
export interface GraphPageInput {
  readonly type: 'graph';
  /** `null` if there is nothing to show. */
  readonly result: GraphResult | null;
  readonly depth: number;
}

/** Texts of the page in the editor's language. */
export interface GraphPageWords {
  readonly nothing: string;
  readonly filteredOut: string;
  /** `{0}` stands for a number. */
  readonly omitted: string;
  readonly centre: string;
  readonly declared: string;
  readonly before: string;
  readonly after: string;
  readonly places: string;
  /** A number of locks and of orders: for one, and with `{0}` for more. */
  readonly locks: readonly [one: string, more: string];
  readonly orders: readonly [one: string, more: string];
  readonly anyContext: string;
}
