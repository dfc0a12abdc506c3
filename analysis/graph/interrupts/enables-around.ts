import type { Surroundings } from '../../summaries/surroundings.js';
import type { AcquireEffect } from '../../summaries/state/types.js';
import type { Collected } from '../events/collect.js';
import { alwaysWith } from './certain-passing.js';

/**
 * Whether a function that takes a lock also enables bottom halves on every path through that, in the state of its caller:
 * it relies on interrupts being on.
 */
export function enablesAround(
  { models, program }: Surroundings,
  { summaries }: Collected,
  { site }: AcquireEffect,
): boolean {
  const skeleton = program.skeleton(site.fn);
  const uses = summaries.get(site.fn)?.uses ?? [];
  return uses.some(
    ({ k, api, site: own, locksets }) =>
      k === 'release' &&
      own.via === undefined &&
      models.lockApi(api)?.bh === true &&
      skeleton !== undefined &&
      locksets.length > 0 &&
      locksets.every(({ context }) => context.irq === 'entry') &&
      alwaysWith(skeleton, site.event, own.event),
  );
}
