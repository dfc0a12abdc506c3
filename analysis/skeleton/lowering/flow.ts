import type { AssignEvent, Event, Exit } from '../types.js';

/** A basic block under construction. Without an exit, control falls off the end. */
export interface OpenBlock {
  readonly events: Event[];
  exit: OpenExit | undefined;
}

/** How an open block ends: an {@link Exit} that refers to the blocks themselves. */
export type OpenExit = Exit<OpenBlock>;

/** Events may change until the skeleton is closed. */
export type FlowDraft<E> = { -readonly [K in keyof E]: E[K] };
export type AssignDraft = FlowDraft<AssignEvent>;

export const STOP: OpenExit = { k: 'stop' };

export function openBlock(): OpenBlock {
  return { events: [], exit: undefined };
}

/** Marks the first branch created for a condition as the head of a loop. */
export class LoopHead {
  isPending = true;
}
