// node out/bench/quality/composed/selftest.js [--show]
// Scans the scenarios of the kernel's locking self-test (`support/selftest`), each as a driver whose locks are variables and
// as one whose locks are members, and prints how many are judged as lockdep judges them. `--show` prints the others.
import { record } from '../../support/history.js';
import { analyse } from '../../support/in-process.js';
import { moduleOf, type Shape } from '../../support/selftest/module.js';
import { scenarios } from '../../support/selftest/scenarios.js';

const isShown = process.argv.includes('--show');
const SHAPES: readonly Shape[] = ['variables', 'members'];
const sum = { bugs: 0, found: 0, correct: 0, silent: 0 };

for (const scenario of scenarios()) {
  for (const shape of SHAPES) {
    const text = moduleOf(scenario, shape);
    const { snapshot } = await analyse(new Map([['dut.c', text]]), 'high');
    const rules = snapshot.findings.map(({ rule }) => rule);
    const { name, expected } = scenario;
    const isRight =
      expected === undefined
        ? rules.length === 0
        : rules.some((rule) => expected === 'any' || rule === expected);
    if (expected === undefined) {
      sum.correct++;
      if (isRight) sum.silent++;
    } else {
      sum.bugs++;
      if (isRight) sum.found++;
    }
    if (!isRight && isShown)
      console.log(`${name}, ${shape}: ${rules.join(', ') || 'silent'}, not ${expected ?? 'silent'}\n${text}`);
  }
}
console.log(`found ${sum.found} of ${sum.bugs}, silent ${sum.silent} of ${sum.correct}`);
record('selftest', sum);
