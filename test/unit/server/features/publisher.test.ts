import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import type { Finding } from '../../../../analysis/checks/types.js';
import { partsByFile } from '../../../../analysis/ide/parts.js';
import { MAX_CLOSED, Publisher, type ShownRoot } from '../../../../server/features/diagnostics/publisher.js';
import { DEFAULT_SETTINGS } from '../../../../server/settings.js';
import { finding, step } from '../findings.js';

function root(
  findings: readonly Finding[],
  open: Readonly<Record<string, number>> = {},
  showsClosed = false,
): ShownRoot {
  return {
    settings: DEFAULT_SETTINGS,
    current: (_, span) => span,
    isIntroduced: () => false,
    closedParts: () => partsByFile(showsClosed ? findings : []),
    uriOf: (file) => `file:///${file}`,
    view: { parts: partsByFile(findings) },
    open: new Map(
      Object.entries(open).map(([file, version]) => [
        file,
        { uri: `file:///${file}`, version, text: '', isShown: true },
      ]),
    ),
  };
}

function publisher(): { readonly publisher: Publisher; take: () => string[] } {
  const sent: PublishDiagnosticsParams[] = [];
  const post = (params: PublishDiagnosticsParams): void => void sent.push(params);
  const take = (): string[] =>
    sent
      .splice(0)
      .map(({ uri, version, diagnostics }) => `${uri.slice(8)} v${version}: ${diagnostics.length}`);
  return { publisher: new Publisher(post, () => undefined), take };
}

describe('Publisher', () => {
  const one = finding('1', [step(0, 'a.c', 1), step(1, 'b.c', 2)]);

  it('publishes open documents with their version, and no closed files', () => {
    const { publisher: subject, take } = publisher();
    subject.publish(root([one], { 'a.c': 3 }));
    assert.deepEqual(take(), ['a.c v3: 1']);
  });

  it('does not republish equal diagnostics, because editors close their menus', () => {
    const { publisher: subject, take } = publisher();
    const shown = root([one], { 'a.c': 3 });
    subject.publish(shown);
    take();
    const renamed = { ...one, id: 'a bigger program names it otherwise' };
    subject.publish(Object.assign(shown, { view: { parts: partsByFile([renamed]) } }));
    assert.deepEqual(take(), []);
    subject.publish(Object.assign(shown, { view: { parts: partsByFile([{ ...one, message: 'other' }]) } }));
    assert.deepEqual(take(), ['a.c v3: 1']);
  });

  it('publishes closed files when they are shown', () => {
    const { publisher: subject, take } = publisher();
    subject.publish(root([one], { 'a.c': 3 }, true));
    assert.deepEqual(take(), ['a.c v3: 1', 'b.c vundefined: 1']);
  });

  it('keeps what was known of a closed file until it is analysed as an open one', () => {
    const { publisher: subject, take } = publisher();
    const shown = root([one], {}, true);
    subject.publish(shown);
    take();
    const opened = { uri: 'file:///a.c', version: 1, text: '' };
    const open = (isShown: boolean): ShownRoot['open'] => new Map([['a.c', { ...opened, isShown }]]);
    subject.publish(Object.assign(shown, { open: open(false), view: undefined }));
    assert.deepEqual(take(), []);
    subject.publish(Object.assign(shown, { open: open(true), view: { parts: partsByFile([]) } }));
    assert.deepEqual(take(), ['a.c v1: 0']);
  });

  it('publishes nothing twice, every new version, and removes old diagnostics', () => {
    const { publisher: subject, take } = publisher();
    const shown = { ...root([one], { 'a.c': 1 }, true) };
    subject.publish(shown);
    take();
    subject.publish(shown);
    assert.deepEqual(take(), []);
    subject.publish(Object.assign(shown, root([one], { 'a.c': 2 }, true)));
    assert.deepEqual(take(), ['a.c v2: 1']);
    subject.publish(Object.assign(shown, root([], { 'a.c': 3 }, true)));
    assert.deepEqual(take(), ['a.c v3: 0', 'b.c vundefined: 0']);
  });

  it('keeps the diagnostics of a closed root until another root publishes them', () => {
    const { publisher: subject, take } = publisher();
    const two = finding('2', [step(0, 'c.c', 1)]);
    const before = root([one, two], { 'a.c': 1 }, true);
    subject.publish(before);
    take();
    subject.leave(before);
    assert.deepEqual(take(), []);
    subject.publish(root([one], { 'a.c': 1 }, true));
    assert.deepEqual(take(), []);
    subject.forgetLeft();
    assert.deepEqual(take(), ['c.c vundefined: 0']);
  });

  it('ignores later findings of a closed root, which would hide those of its successor', () => {
    const { publisher: subject, take } = publisher();
    const before = root([], { 'a.c': 1 });
    subject.leave(before);
    subject.publish(root([one], { 'a.c': 1 }));
    assert.deepEqual(take(), ['a.c v1: 1']);
    subject.publish(before);
    assert.deepEqual(take(), []);
  });

  it('republishes a document that was closed and reopened', () => {
    const { publisher: subject, take } = publisher();
    const shown = { ...root([one], { 'a.c': 1 }) };
    subject.publish(shown);
    take();
    subject.publish(Object.assign(shown, root([one], { 'a.c': 1 })));
    assert.deepEqual(take(), ['a.c v1: 1']);
  });

  it('limits diagnostics of closed files over all roots', () => {
    const { publisher: subject, take } = publisher();
    const many = (prefix: string): Finding[] =>
      Array.from({ length: 700 }, (_, at) => finding(`${prefix}${at}`, [step(0, `${prefix}/${at}.c`, 1)]));
    subject.publish(root(many('first'), {}, true));
    subject.publish(root(many('second'), {}, true));
    assert.equal(take().length, MAX_CLOSED);
    assert.equal(subject.notShown, 1400 - MAX_CLOSED);
  });
});
