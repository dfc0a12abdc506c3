import assert from 'node:assert/strict';
import { analyse } from './support/analyse.js';
import { parseFixture } from './support/fixture.js';
import { filesUnder, read } from './support/sources.js';

/** First line of a module: the rules of which one has to be reported at the default confidence, or none may be. */
const VERDICT = /^\/\/ (?:a mistake: (?<rules>[a-z, -]+)|correct)\n/;

describe('verdicts on whole modules', () => {
  for (const path of filesUnder('test/verdicts').filter((name) => name.endsWith('.c'))) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    it(name, async () => {
      const text = read(path);
      const verdict = VERDICT.exec(text);
      assert.ok(verdict, 'the first line says what is expected');
      const { files } = parseFixture(text.slice(verdict[0].length), name);
      const { snapshot } = await analyse(new Map(files.map((file) => [file.name, file.text])));
      const told = snapshot.findings
        .filter(({ confidence }) => confidence === 'high')
        .map(({ rule }) => rule);
      const wanted = verdict.groups?.['rules']?.split(', ');
      if (wanted === undefined) assert.deepEqual(told, []);
      else
        assert.ok(
          told.some((rule) => wanted.includes(rule)),
          `found ${told.join(', ') || 'nothing'}`,
        );
    });
  }
});
