/** Calls that busy-wait. */
const DELAYS: ReadonlySet<string> = new Set(['udelay', 'ndelay', 'mdelay', '__udelay', '__const_udelay']);

/** What they call. */
const DELAYING = /^delay_(?:tsc|loop|mwaitx?|halt\w*)$|^__(?:loop_|timer_|arch_timer_)?delay$/;

/** Sleeps for a while. */
const PAUSING = /^(?:[mfs]sleep|usleep_range)(?:_\w+)?$|^schedule_hrtimeout_range\w*$/;

/** Whether a function of a backtrace only passes time: it does not show what its caller waits for. */
export const isDelay = (name: string): boolean =>
  DELAYS.has(name) || DELAYING.test(name) || PAUSING.test(name);

export function delays(name: string): boolean {
  return DELAYS.has(name);
}

/** Reads and writes of device memory and ports. */
const ACCESS =
  /^(?:(?:__raw_|sbus_)?(?:read|write)[bwlq](?:_relaxed|_be)?|io(?:read|write)(?:8|16|32|64)(?:be)?(?:_rep)?|(?:in|out)s?[bwl](?:_p)?|memcpy_(?:from|to)io|memset_io)$/;

export function accessesDevice(name: string): boolean {
  return ACCESS.test(name);
}
