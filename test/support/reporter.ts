import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import Mocha from 'mocha';
import { ROOT } from './root.js';

/** Files listed with their time at the end. */
const SLOWEST = 15;

/**
 * mocha's usual report, then the files that took longest. The counts and what failed also go to the file named by the
 * reporter option `counts`, where it is given.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { counts } = (options.reporterOptions ?? {}) as { counts?: string };
    const times = new Map<string, number>();
    const { EVENT_HOOK_END, EVENT_RUN_END, EVENT_TEST_END } = Mocha.Runner.constants;
    // Events of a parallel run arrive together when a file ends, so only the durations that they carry say how long it took.
    const count = ({ file, duration = 0 }: Mocha.Runnable): void => {
      if (file !== undefined) times.set(file, (times.get(file) ?? 0) + duration);
    };
    runner.on(EVENT_TEST_END, count);
    runner.on(EVENT_HOOK_END, count);
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending, duration = 0 } = this.stats;
      const slowest = [...times].sort(([, a], [, b]) => b - a).slice(0, SLOWEST);
      console.log(`  Slowest of ${times.size} files, ${seconds(duration)} s in all:\n`);
      for (const [file, time] of slowest) {
        console.log(`  ${seconds(time).padStart(6)} s  ${relative(ROOT, file).replace(/^out\//, '')}`);
      }
      if (counts !== undefined) {
        const failed = this.failures.map(tellFailure);
        const result = { passed: passes, failed: failures, skipped: pending, told: failed };
        writeFileSync(counts, JSON.stringify(result));
      }
    });
  }
}

/** The file and the title of a test that failed, and its error. */
function tellFailure(test: Mocha.Test): string {
  const file = test.file === undefined ? '' : `${relative(ROOT, test.file)}: `;
  return `${file}${test.fullTitle()}\n${test.err?.stack ?? test.err?.message ?? 'no error'}`;
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);
