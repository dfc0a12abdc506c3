import { ARCHES, Choice, ERAS, Style, type Arch, type Era } from './style.js';
import { otherReport } from './others.js';
import type { Report } from './parts.js';
import { LOCK_REPORTS } from './reports.js';

export interface CrashLog {
  readonly text: string;
  readonly form: string;
  readonly report: Report | undefined;
  readonly era: Era;
  readonly arch: Arch;
}

const PROGRAMS = [
  'executing program',
  '2021/04/05 06:07:08 executing program 3:',
  "r0 = openat$pond(0xffffffffffffff9c, &(0x7f0000000040)='/dev/pond\\x00', 0x2, 0x0)",
  'ioctl$POND_DRAIN(r0, 0x4004, &(0x7f0000000080)={0x1, 0x2})',
  '[  OK  ] Started Load/Save Random Seed.',
  'Debian GNU/Linux 11 somehost ttyS0',
  "Warning: Permanently added '10.0.0.1' (ECDSA) to the list of known hosts.",
  '',
] as const;

const NOISE = [
  'audit: type=1400 audit(1580000000.123:45): avc:  denied  { map } for  pid=7 comm="a" path="/x"',
  'IPv6: ADDRCONF(NETDEV_CHANGE): veth0: link becomes ready',
  'device lo entered promiscuous mode',
  'random: crng init done',
  'loop0: detected capacity change from 0 to 264192',
  'nfs: server 10.0.0.2 not responding, still trying',
] as const;

/** Text that may precede a kernel message on the same line of a console. */
const TORN = [
  '** 123 printk messages dropped ** ',
  'somehost login: ',
  'executing program 3:',
  'Started Getty on tty1.',
] as const;

type Prefix = (at: number, caller: string) => string;
const seconds = (at: number): string =>
  `${String(100 + Math.floor(at / 50)).padStart(5)}.${String((at * 7919) % 1000000).padStart(6, '0')}`;
/** Line prefixes of consoles and of logging programs. */
export const PREFIXES: Readonly<Record<string, Prefix>> = {
  console: (at) => `[${seconds(at)}] `,
  caller: (at, caller) => `[${seconds(at)}][${caller.padStart(5)}] `,
  level: (at) => `<4>[${seconds(at)}] `,
  none: () => '',
  delta: (at) => `[${seconds(at)} <    0.000012>] `,
  human: () => '[  +0.000012] ',
  'short-monotonic': (at) => `[${seconds(at)}] somehost kernel: `,
  'short-full': () => 'Sat 2026-11-21 19:00:01 UTC somehost kernel: ',
  'short-unix': (at) => `1763751601.${String(100000 + at)} somehost kernel: `,
  syslog: () => 'Nov  2 07:08:59 some.host kernel: ',
  rfc5424: () => '<4>1 2026-11-20T07:08:59.123456Z somehost kernel - - - ',
  terminal: (at) => `[2026-11-20 07:08:${String(at % 60).padStart(2, '0')}] `,
  logcat: (at) => `11-20 07:08:${String(at % 60).padStart(2, '0')}.123     0     0 W kernel  : `,
  compose: () => 'guest-1  | ',
  grep: (at) => `logs/console.txt:${at + 1}:[${seconds(at)}] `,
};

/** One crash log: noise, possibly reports about other things, and the requested report; with its description. */
export function crashLog(seed: number, form: string | undefined, prefix: string): CrashLog {
  const choice = new Choice(seed);
  const era = choice.of(Object.keys(ERAS) as Era[]);
  const arch = choice.chance(45) ? (ERAS[era].codeAddress ? 'x86-old' : 'x86') : choice.of(ARCHES);
  const style = new Style(choice, era, arch, choice.chance(40) && !arch.startsWith('arm'));
  const report = form === undefined ? undefined : LOCK_REPORTS[form]?.(style);
  const put = PREFIXES[prefix];
  if (!put) throw new Error(`no prefix ${prefix}`);
  const out: string[] = [];
  const isBare = prefix === 'none';
  const caller = `T${1000 + choice.below(9000)}`;
  let at = 0;
  const isConsole = /^(?:console|caller|level)$/.test(prefix);
  const emit = (line: string, by: string): void => {
    const whole = `${put(at, by)}${line}`;
    at += 1;
    if (isConsole && choice.chance(2)) out.push(`${choice.of(TORN)}${whole}`);
    else out.push(whole);
  };
  const noise = (share: number): void => {
    while (choice.chance(share)) {
      if (choice.chance(50) && !isBare && /console|caller|level/.test(prefix)) out.push(choice.of(PROGRAMS));
      else emit(choice.of(NOISE), `T${choice.below(900)}`);
    }
  };
  noise(80);
  if (report === undefined || choice.chance(25)) for (const line of otherReport(style)) emit(line, 'T77');
  noise(50);
  const lines = report?.lines ?? otherReport(style);
  // An interleaved report of another processor is separated if the kernel prints the writer of each line.
  const foreign = prefix === 'caller' && choice.chance(40) ? otherReport(style) : [];
  const every = 2 + choice.below(9);
  lines.forEach((line, index) => {
    emit(line, caller);
    if (index % every === 1) noise(25);
    const other = foreign[index];
    if (other !== undefined) emit(other, 'C3');
  });
  noise(60);
  return { text: `${out.join('\n')}\n`, form: form ?? 'none', report, era, arch };
}
