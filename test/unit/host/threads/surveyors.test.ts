import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { startSurveyors } from '../../../../host/node/survey/surveyors.js';
import { within } from '../temporary.js';

const { PRIORITY_BELOW_NORMAL } = constants.priority;

/** The nice values of all threads of this process, as in /proc/[pid]/stat of proc(5). */
function priorities(): number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
    // The name of the thread, in parentheses, may contain spaces. The nice value is the 19th field.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

describe('threads that read files for the call index', function () {
  before(function () {
    if (process.platform !== 'linux' || getPriority() >= PRIORITY_BELOW_NORMAL) this.skip();
  });

  for (const [title, inBackground] of [
    ['give way in the background', true],
    ['keep the priority of a command that waits for them', false],
  ] as const) {
    it(title, () =>
      within({ 'a.c': 'void f(void)\n{\n\tg();\n}\n' }, async ({ path }) => {
        const surveyors = startSurveyors(1, [], inBackground);
        try {
          const [calls] = await surveyors.calls([join(path, 'a.c')]);
          assert.ok(calls);
          assert.equal(priorities().includes(PRIORITY_BELOW_NORMAL), inBackground);
        } finally {
          await surveyors.close();
        }
      }),
    );
  }
});
