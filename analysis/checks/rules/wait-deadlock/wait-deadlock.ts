import type { Check } from '../../engine/check.js';
import { WaitSearch } from './wait-search.js';
import { waitsAtEntry } from './entry/waits-at-entry.js';

export const waitDeadlock: Check = {
  id: 'wait-deadlock',
  title: 'Code waits for other code that waits for it',
  severity: 'error',
  *run(context, turns) {
    const search = new WaitSearch(context);
    const total = context.collected.summaries.size;
    let done = 0;
    for (const summary of context.focused()) {
      done++;
      if (summary.fn.macro !== undefined || !turns.has(summary.fn)) continue;
      if (!search.under(summary)) turns.cameToNothing(summary.fn);
      yield { stage: 'check', done, total };
    }
    for (const file of context.collected.program.files.keys()) {
      if (context.focus?.has(file) === false || !turns.has(file)) continue;
      search.selves(file);
      yield { stage: 'check', done, total };
    }
    const atEntry = yield* waitsAtEntry(context, turns, search);
    return [...search.findings(), ...atEntry];
  },
};
