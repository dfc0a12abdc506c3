import { contextKey } from './context.js';
import type { Moment } from './types.js';

/** Distinct held sets remembered per event. */
const MAX_MOMENTS = 4;

/** Adds a held set at an event, unless it is known or there are enough. */
export function addMoment(moments: Moment[], moment: Moment): void {
  const key = momentKey(moment);
  if (moments.length >= MAX_MOMENTS || moments.some((known) => momentKey(known) === key)) return;
  moments.push({ held: moment.held, released: moment.released, context: moment.context });
}

/** Equal for equal held sets in equal contexts. */
export function momentKey(moment: Moment): string {
  let text = '';
  for (const lock of moment.held) text += `${lock.term.key};`;
  text += '|';
  for (const lock of moment.released) text += `${lock.term.key};`;
  return `${text}|${contextKey(moment.context)}`;
}
