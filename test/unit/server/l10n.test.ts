import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { filesUnder, read, sourcesUnder } from '../../support/sources.js';

/** Texts that the client hands to `vscode.l10n.t`, by name or destructured, and the server to its own `t`. */
function shownTexts(): string[] {
  const texts = [...sourcesUnder('client'), ...sourcesUnder('server')].flatMap((file) =>
    [...read(file).matchAll(/\bt\(\s*'((?:[^'\\]|\\.)*)'/g)].map(([, text = '']) =>
      text.replace(/\\(.)/g, '$1'),
    ),
  );
  return [...new Set(texts)].sort();
}

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\d+\}/g)].map(([found]) => found).sort();

describe('texts for users', () => {
  const languages = filesUnder('l10n').filter((file) => /bundle\.l10n\.\w+\.json$/.test(file));

  it('are all translated, with the same placeholders', () => {
    assert.ok(languages.length > 0);
    for (const file of languages) {
      const bundle = JSON.parse(read(file)) as Readonly<Record<string, string>>;
      assert.deepEqual(Object.keys(bundle).sort(), shownTexts(), file);
      for (const [text, translated] of Object.entries(bundle)) {
        assert.deepEqual(placeholders(translated), placeholders(text), `${file}: ${text}`);
      }
    }
  });

  it('are in the manifest in the same languages, with the same links', () => {
    const english = JSON.parse(read('package.nls.json')) as Readonly<Record<string, string>>;
    const links = (text = ''): string[] => [...text.matchAll(/\]\(.*?\)/g)].map(([found]) => found);
    for (const file of languages) {
      const name = file.replace(/^.*bundle\.l10n/, 'package.nls');
      const manifest = JSON.parse(read(name)) as Readonly<Record<string, string>>;
      assert.deepEqual(Object.keys(manifest), Object.keys(english), name);
      for (const [key, text] of Object.entries(english)) {
        assert.deepEqual(links(manifest[key]), links(text), `${name}: ${key}`);
      }
    }
  });

  it('are literals that the check can find', () => {
    const hidden = [...sourcesUnder('client'), ...sourcesUnder('server')].filter((file) =>
      /\bt\(\s*[`"]/.test(read(file)),
    );
    assert.deepEqual(hidden, []);
  });

  it('all go through the catalogue', () => {
    const messages = /show(?:Information|Warning|Error)Message\(\s*['`]/;
    assert.deepEqual(
      sourcesUnder('client').filter((file) => messages.test(read(file))),
      [],
    );
  });
});
