import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { filesUnder, read, sourcesUnder } from '../../support/sources.js';

/** Texts that the client hands to `vscode.l10n.t`, by name or destructured. */
function shownTexts(): string[] {
  const texts = sourcesUnder('client').flatMap((file) =>
    [...read(file).matchAll(/\bt\(\s*'((?:[^'\\]|\\.)*)'/g)].map(([, text = '']) =>
      text.replace(/\\(.)/g, '$1'),
    ),
  );
  return [...new Set(texts)].sort();
}

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\d+\}/g)].map(([found]) => found).sort();

describe('texts of the client', () => {
  const languages = filesUnder('l10n').filter((file) => /bundle\.l10n\.\w+\.json$/.test(file));

  it('are those that are translated, with the same things filled in', () => {
    assert.ok(languages.length > 0);
    const shown = new Set(shownTexts());
    for (const file of languages) {
      const bundle = JSON.parse(read(file)) as Readonly<Record<string, string>>;
      assert.deepEqual(
        Object.keys(bundle).filter((text) => !shown.has(text)),
        [],
        file,
      );
      for (const [text, translated] of Object.entries(bundle)) {
        assert.deepEqual(placeholders(translated), placeholders(text), `${file}: ${text}`);
      }
    }
  });

  it('all go through the catalogue', () => {
    const messages = /show(?:Information|Warning|Error)Message\(\s*['`]/;
    assert.deepEqual(
      sourcesUnder('client').filter((file) => messages.test(read(file))),
      [],
    );
  });
});
