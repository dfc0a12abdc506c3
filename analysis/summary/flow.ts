import type { AssignEvent, Event, Exit } from './types.js';

/** A basic block while the graph is built; `undefined` as exit means that control falls through to nowhere. */
export interface OpenBlock {
  readonly events: Event[];
  exit: OpenExit | undefined;
}

/** How an open block ends: as {@link Exit}, with the blocks themselves. */
export type OpenExit = Exit<OpenBlock>;

/** Events may still be changed until the skeleton is closed. */
export type Draft<E> = { -readonly [K in keyof E]: E[K] };
export type AssignDraft = Draft<AssignEvent>;

export const STOP: OpenExit = { k: 'stop' };

export function openBlock(): OpenBlock {
  return { events: [], exit: undefined };
}
