import { partsBeside } from '../../link/files/one-driver.js';
import type { Program } from '../../link/types.js';
import type { OtherApi } from '../../models/types.js';
import { namesIn } from '../../skeleton/expressions/root.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { FileOutline } from '../../outline/types.js';
import type { ApiEvent, Event, ExprId, Skeleton } from '../../skeleton/types.js';
import { handlersOf } from './handlers.js';

/**
 * Whether the timer that this call sets up expires in softirq: by the mode given here, or by all modes of the file if
 * the mode is passed on.
 */
export function setsUpSoftTimer(
  program: Program,
  file: string,
  skeleton: Skeleton,
  event: Extract<Event, ApiEvent>,
  api: OtherApi,
): boolean {
  const outline = program.outline(file);
  if (api.modeArg === undefined || outline === undefined) return false;
  const given = namesIn(skeleton, event.args[api.modeArg]);
  const modes = given.map((name) => modeOf(program, outline, name)).filter((mode) => mode !== undefined);
  return modes.length > 0 ? modes.includes('soft') : expiresSoftly(program, file, outline);
}

/**
 * Whether all timers of the file expire in softirq, as far as the file shows, or the driver if the file shows no mode. A mode
 * that a variable holds is one of the two: what is wrong in softirq is wrong in both.
 */
export function expiresSoftly(program: Program, file: string, outline: FileOutline): boolean {
  let modes = modesIn(program, file, outline);
  if (modes.size === 0) {
    modes = new Set(
      partsBeside(program, file).flatMap((other) => {
        const own = program.outline(other);
        return own === undefined ? [] : [...modesIn(program, other, own)];
      }),
    );
  }
  return (modes.has('soft') || program.models.preemptRt) && !modes.has('hard');
}

/** The modes that functions of a file name where they set up timers. */
function modesIn(program: Program, file: string, outline: FileOutline): ReadonlySet<'soft' | 'hard'> {
  const modes = new Set<'soft' | 'hard'>();
  for (const index of handlersOf(outline, program.models).timing) {
    const fn = program.functionAt(file, index);
    const skeleton = fn && program.skeleton(fn);
    if (fn !== undefined && skeleton === undefined) program.demand(fn, 'path');
    for (const expr of skeleton?.exprs ?? []) {
      const mode = expr.k === 'global' ? modeOf(program, outline, expr.name) : undefined;
      if (mode !== undefined) modes.add(mode);
    }
    for (const id of eventsOf(skeleton).flatMap((event) => modeArgs(program, event))) {
      const given = skeleton?.exprs[id];
      const isOpen = given?.k === 'global' && modeOf(program, outline, given.name) === undefined;
      if (isOpen && program.resolveVariable(given.name, file) !== undefined) modes.add('soft');
    }
  }
  return modes;
}

/** The arguments of a call that may be the mode of a timer. */
function modeArgs({ models }: Program, event: Event): readonly ExprId[] {
  if (event.k === 'call')
    return typeof event.callee === 'string' && models.isTimerSetup(event.callee) ? event.args : [];
  const at = 'api' in event ? models.api(event.api)?.modeArg : undefined;
  return 'args' in event && at !== undefined ? event.args.slice(at, at + 1) : [];
}

/** The mode that a name denotes, also through a macro or a constant variable of the file. */
function modeOf(
  { models }: Program,
  { macros, variables }: FileOutline,
  name: string,
): 'soft' | 'hard' | undefined {
  const own = models.timerMode(name);
  if (own !== undefined) return own;
  const macro = macros.find((one) => one.name === name && one.parameters === undefined);
  if (macro !== undefined) return models.timerMode(macro.body);
  const held = variables.find((one) => one.name === name)?.members.find(({ field }) => field === '');
  return held && models.timerMode(held.value);
}
