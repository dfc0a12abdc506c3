import { BOUNDS } from '../../../base/bounds.js';
import { handlersOf } from '../../../graph/contexts/handlers.js';
import { argumentsAt, type Sleepers, type SleepPoint } from '../../../graph/events/sleep.js';
import { isOwnDevice } from '../../../graph/waits/own-device.js';
import type { Surroundings } from '../../../summaries/surroundings.js';

/**
 * Whether a call surely sleeps because of what the file has it call: it is made for the file's own device, the functions
 * of the file's table that it runs sleep, and the file does not make the call that spares them that.
 */
export function sleepsInOwn(around: Surroundings, sleepers: Sleepers, point: SleepPoint): boolean {
  const { models, program } = around;
  const { sparedBy, tableType, tableOnly = [] } = models.api(point.api) ?? {};
  const { file } = point.site.fn;
  const outline = program.outline(file);
  if (sparedBy === undefined || tableType === undefined || outline === undefined) return false;
  const [object] = argumentsAt(around, point);
  if (object === undefined || !isOwnDevice(program, object, file)) return false;
  if (outline.functions.some(({ calls }) => calls.includes(sparedBy))) return false;
  return handlersOf(outline, models)
    .members.filter(({ record, field }) => record === tableType && tableOnly.includes(field))
    .some(({ value }) =>
      program.resolveCall(value, file).some((fn) => sleepers.reach(fn, BOUNDS.callsToOwnSleep)),
    );
}
