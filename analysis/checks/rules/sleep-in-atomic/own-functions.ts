import { BOUNDS } from '../../../base/bounds.js';
import { handlersOf } from '../../../graph/contexts/handlers.js';
import { argumentsAt, type Sleepers, type SleepPoint } from '../../../graph/events/sleep.js';
import { partsOfDriver } from '../../../link/files/one-driver.js';
import { isOwnDevice } from '../../../graph/waits/own-device.js';
import type { Surroundings } from '../../../summaries/surroundings.js';

/**
 * Whether a call surely sleeps because of what the driver has it call: it is made for the driver's own device, the functions
 * of the driver's table that it runs sleep, and the driver does not make the call that spares them that.
 */
export function sleepsInOwn(around: Surroundings, sleepers: Sleepers, point: SleepPoint): boolean {
  const { models, program } = around;
  const { sparedBy, tableType, tableOnly = [] } = models.api(point.api) ?? {};
  const { file } = point.site.fn;
  if (sparedBy === undefined || tableType === undefined) return false;
  const [object] = argumentsAt(around, point);
  if (object === undefined || !isOwnDevice(program, object, file)) return false;
  const parts = partsOfDriver(program, file);
  const callsIt = (part: string): boolean =>
    program.outline(part)?.functions.some(({ calls }) => calls.includes(sparedBy)) === true;
  if (parts.some(callsIt)) return false;
  return parts.some((part) => {
    const outline = program.outline(part);
    const members = outline === undefined ? [] : handlersOf(outline, models).members;
    return members
      .filter(({ record, field }) => record === tableType && tableOnly.includes(field))
      .some(({ value }) =>
        program.resolveCall(value, part).some((fn) => sleepers.reach(fn, BOUNDS.callsToOwnSleep)),
      );
  });
}
