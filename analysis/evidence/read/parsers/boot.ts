import type { Sink } from '../sink.js';

const HINT =
  /Lock dependency validator|memory used for stack traces|lockdep is turned off|locking correctness validator|too low!|ommand line: |debug_locks/;
const STOPPED =
  /turning off the locking correctness validator|INFO: lockdep is turned off|BUG: MAX_\w+ too low!|debug_locks\s*[=:]\s*0\b/;

/** Records a log line about the validator itself; returns whether this was one. */
export function noteValidator(text: string, line: number, sink: Sink): boolean {
  if (!HINT.test(text)) return false;
  const said = text.trim();
  if (STOPPED.test(text)) sink.note({ says: 'stopped', text: said, line });
  // Printed only if stacks are kept, which only lock order checking needs.
  else if (text.includes('memory used for stack traces')) sink.note({ says: 'proving', text: said, line });
  else if (text.includes('Lock dependency validator')) sink.note({ says: 'present', text: said, line });
  else noteCommandLine(text, line, sink);
  return true;
}

const PARAMETER = /(?:^|\s)lockdep=(\S+)/;

/** Records a lockdep= parameter. Some people pass one, but no parameter enables the validator. */
export function noteCommandLine(text: string, line: number, sink: Sink): void {
  const match = PARAMETER.exec(text);
  if (!match) return;
  const note = `lockdep=${match[1] ?? ''} on the command line does nothing: the kernel has no such parameter`;
  sink.note({ says: 'present', text: note, line });
}

const WORD = /^[\w.,:/@+-]+(?:=\S*)?$/;
const KNOWN = /(?:^|\s)(?:BOOT_IMAGE=|root=|console=|initrd=|rootfstype=|panic=|quiet\b|init=)/;

/** Whether a file of one line is /proc/cmdline. */
export function isCommandLine(text: string): boolean {
  return (
    KNOWN.test(text) &&
    text
      .trim()
      .split(/\s+/)
      .every((word) => WORD.test(word))
  );
}
