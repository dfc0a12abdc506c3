import type { Span } from '../base/span.js';
import type { AssignEvent, Event, ExprId } from './types.js';

/** A basic block while the graph is built; `undefined` as exit means that control falls through to nowhere. */
export interface OpenBlock {
  readonly events: Event[];
  exit: OpenExit | undefined;
}

export type OpenExit =
  | { readonly k: 'goto'; readonly to: OpenBlock }
  | {
      readonly k: 'branch';
      readonly condition: ExprId;
      readonly whenTrue: OpenBlock;
      readonly whenFalse: OpenBlock;
      readonly loop: boolean;
      readonly at: Span;
    }
  | {
      readonly k: 'switch';
      readonly on: ExprId;
      readonly cases: readonly OpenCase[];
      readonly otherwise: OpenBlock;
      readonly at: Span;
    }
  | { readonly k: 'return'; readonly value: ExprId; readonly at: Span }
  | { readonly k: 'stop' };

export interface OpenCase {
  readonly from: ExprId;
  readonly to: ExprId;
  readonly block: OpenBlock;
}

/** Events may still be changed until the skeleton is closed. */
export type Draft<E> = { -readonly [K in keyof E]: E[K] };
export type AssignDraft = Draft<AssignEvent>;

export const STOP: OpenExit = { k: 'stop' };

export function openBlock(): OpenBlock {
  return { events: [], exit: undefined };
}
