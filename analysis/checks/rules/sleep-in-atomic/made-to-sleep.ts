import type { Surroundings } from '../../../summaries/interpret/step.js';
import type { SleepPoint } from '../../../graph/events/sleep.js';

/**
 * Whether a call surely sleeps because of how its object was made: the file makes objects of that kind, and only with
 * functions whose objects sleep when they are accessed.
 */
export function isMadeToSleep({ models, program }: Surroundings, { api, site }: SleepPoint): boolean {
  const kind = models.api(api)?.asMade;
  if (kind === undefined) return false;
  const makers = (program.outline(site.fn.file)?.functions ?? [])
    .flatMap(({ calls }) => calls.map((name) => models.makes(name)))
    .filter((made) => made?.kind === kind);
  return makers.length > 0 && makers.every((made) => made?.sleeps === true);
}
