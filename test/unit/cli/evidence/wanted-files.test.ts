import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { parseEvidence } from '../../../../analysis/evidence/read/reader.js';
import { createModels } from '../../../../analysis/models/index.js';
import { filesDefining, MOST_FILES } from '../../../../cli/evidence/wanted-files.js';

const report = (task: string, lines: readonly string[]): string =>
  `INFO: task ${task}:100 blocked for more than 122 seconds.
      Not tainted 6.12.0 #1
task:${task} state:D stack:0     pid:100   ppid:2      flags:0x00004000
Call Trace:
 <TASK>
 __schedule+0x3fe/0x1300
 schedule+0x5e/0xd0
 schedule_preempt_disabled+0x15/0x30
 __mutex_lock.constprop.0+0x399/0x700
${lines.map((line) => ` ${line}\n`).join('')} </TASK>
`;

describe('the files that a log selects in a large tree', () => {
  let root = '';

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'lockorder-wanted-'));
    for (const folder of ['many', 'drivers', 'mm']) mkdirSync(join(root, folder));
    for (let n = 0; n <= MOST_FILES; n++) writeFileSync(join(root, 'many', `${n}.c`), '');
    writeFileSync(join(root, 'drivers/acme.c'), 'static int acme_open(void)\n{\n\treturn 0;\n}\n');
    writeFileSync(join(root, 'mm/pages.c'), 'int pages_shrink(void)\n{\n\treturn 0;\n}\n');
  });

  after(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const selected = (text: string): readonly string[] =>
    filesDefining(
      root,
      [root],
      {},
      {
        sources: [parseEvidence('log', [text])],
        models: createModels(),
        cache: undefined,
      },
    ).map((file) => file.slice(root.length + 1));

  it('are those of a module where its report names one', () => {
    const text = report('acmed', ['acme_open+0x23/0x60 [acme]', 'pages_shrink+0x10/0x20']);
    assert.deepEqual(selected(text), ['drivers/acme.c']);
  });

  it('include those of a report without modules beside one with modules', () => {
    const text =
      report('acmed', ['acme_open+0x23/0x60 [acme]']) + report('kswapd0', ['pages_shrink+0x10/0x20']);
    assert.deepEqual(selected(text), ['drivers/acme.c', 'mm/pages.c']);
  });

  it('are those around it where the tree lacks the module', () => {
    const text = report('otherd', ['other_open+0x23/0x60 [other]', 'pages_shrink+0x10/0x20']);
    assert.deepEqual(selected(text), ['mm/pages.c']);
  });

  it('are those that took the last lock of each list where a log has nothing else', () => {
    const text = `Showing all locks held in the system:
2 locks held by acmed/100:
 #0: ffff888003a51028 (&acme->first){+.+.}-{3:3}, at: acme_open+0x1c/0x70
 #1: ffff888003a51058 (&pages->lock){+.+.}-{3:3}, at: pages_shrink+0x3c/0x70
`;
    assert.deepEqual(selected(text), ['mm/pages.c']);
  });
});
