import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { GRAPH, type GraphResult } from '../../../protocol/methods.js';
import {
  IMPORT_EVIDENCE,
  OVERVIEW,
  type ImportEvidenceResult,
  type Overview,
} from '../../../protocol/views.js';
import { circularLog } from '../../support/circular.js';
import { Server } from '../support/server.js';
import { CROSS_DEVICE, CROSS_HEADER, CROSS_QUEUE, KBUILD } from '../support/texts.js';

const LOG = circularLog({
  outer: '&dev->state_lock',
  inner: '&dev->queue_lock',
  holder: 'cross_open',
  taker: 'cross_flush',
  otherHolder: 'cross_push',
  otherTaker: 'cross_kick',
});

/** Says what lockdep calls the two locks. */
const DEVICE = `${CROSS_DEVICE}
void cross_init(struct cross_device *dev)
{
	mutex_init(&dev->state_lock);
	mutex_init(&dev->queue_lock);
}
`;

describe('evidence of runs', () => {
  let server: Server;

  before(async () => {
    server = new Server({
      Kbuild: KBUILD,
      'driver/cross.h': CROSS_HEADER,
      'driver/device.c': DEVICE,
      'driver/queue.c': CROSS_QUEUE,
      'dmesg.txt': LOG,
    });
    await server.initialize({ index: 'open' });
    await server.open('driver/device.c', DEVICE);
    await server.diagnostics('driver/device.c', 0, (now) => now.length > 0);
  });

  after(() => server.stop());

  const read = (...names: readonly string[]): Promise<ImportEvidenceResult> =>
    server.connection.sendRequest(IMPORT_EVIDENCE, { uris: names.map((name) => server.uri(name)) });

  it('links a report to the finding that explains it, and frames to code', async () => {
    const { files, reports, functions, seen, verdict, next } = await read('dmesg.txt');
    assert.match(
      verdict[0] ?? '',
      /^Possible deadlock: .* wants .*state_lock in cross_kick\(\) while it holds .*queue_lock/,
    );
    assert.match(next[0] ?? '', /^lock-order-cycle in /);
    assert.deepEqual(
      files.map(({ problem }) => problem),
      [undefined],
    );
    const [report, ...others] = reports;
    assert.deepEqual(others, []);
    assert.equal(report?.kind, 'circular');
    assert.equal(LOG.split('\n')[report.line]?.includes('WARNING: possible circular'), true);
    assert.match(report.explainedBy[0]?.title ?? '', /^lock-order-cycle in /);
    assert.equal(seen, 1);
    assert.equal(functions['cross_kick']?.uri, server.uri('driver/device.c'));
    assert.equal(functions['cross_flush']?.uri, server.uri('driver/queue.c'));
  });

  it('is shown with the finding and on hover, also after an edit', async () => {
    await server.edit('driver/device.c', 'dev->users++', 'dev->users += 1');
    const { findings }: Overview = await server.connection.sendRequest(OVERVIEW);
    assert.deepEqual(
      findings.map(({ evidence }) => evidence.map(({ verdict }) => verdict)),
      [['seen']],
    );
    const text = await server.hover('driver/device.c', 'state_lock);\n\tdev->users++;\n\tcross_flush');
    assert.match(text, /cross_device\.queue_lock`: 1 place, in .*, seen at run time/);
  });

  it('marks the edges that ran in the graph', async () => {
    const uri = server.uri('driver/device.c');
    const graph: GraphResult = await server.connection.sendRequest(GRAPH, { uri });
    assert.deepEqual(
      graph.data.edges.map(({ evidence }) => evidence),
      ['seen', 'seen'],
    );
  });

  it('reports why a file cannot be read, and continues', async () => {
    const { files, reports } = await read('nowhere.txt', 'dmesg.txt');
    assert.equal(typeof files[0]?.problem, 'string');
    assert.equal(files[1]?.problem, undefined);
    assert.equal(reports.length, 1);
  });
});

describe('evidence before any source is analysed', () => {
  let server: Server;

  before(async () => {
    server = new Server({ 'dmesg.log': LOG });
    await server.initialize({ index: 'open' });
  });

  after(() => server.stop());

  it('describes the log alone, and says how to compare it with the source', async () => {
    const { reports, verdict, next }: ImportEvidenceResult = await server.connection.sendRequest(
      IMPORT_EVIDENCE,
      { uris: [server.uri('dmesg.log')] },
    );
    assert.match(verdict[0] ?? '', /^Possible deadlock: /);
    assert.deepEqual(next, ['Compare with the source: open one of its C files']);
    assert.deepEqual(
      reports.map(({ kind, explainedBy }) => [kind, explainedBy.length]),
      [['circular', 0]],
    );
  });
});
