import assert from 'node:assert/strict';
import { createModels } from '../../analysis/models/index.js';
import { pieces, read, sourcesUnder } from '../support/sources.js';

/** The words of the contracts between the layers (kinds of locks, of events …), some of which the kernel uses too. */
function vocabulary(): ReadonlySet<string> {
  const contracts = sourcesUnder('analysis').filter(
    (file) => file.endsWith('/types.ts') || file.startsWith('analysis/models/facts/'),
  );
  const strings = contracts.flatMap((file) => pieces(read(file)).filter(({ kind }) => kind === 'string'));
  return new Set(strings.map(({ text }) => text));
}

/** A key of a report, and a part of the names of sections. */
const OTHER_WORDS: ReadonlySet<string> = new Set(['file', 'exit']);

describe('names of the kernel', () => {
  it('stand only in analysis/models/', () => {
    const models = createModels();
    const isModelled = (word: string): boolean =>
      [
        models.lockApi(word),
        models.api(word),
        models.declarator(word),
        models.loopMacro(word),
        models.transparent(word),
        models.container(word),
        models.errorTest(word),
        models.scopeMacro(word),
        models.lockType(word),
      ].some((entry) => entry !== undefined) ||
      [
        models.isNoReturn(word),
        models.isAttribute(word),
        models.isAttributeCall(word),
        models.isStructMacro(word),
        models.isLockAnnotation(word),
      ].includes(true) ||
      models.isGenericContainer(word) ||
      models.isBaseClass(word);
    const words = vocabulary();
    const wrong: string[] = [];
    for (const file of sourcesUnder('analysis')) {
      if (file.startsWith('analysis/models/')) continue;
      for (const { kind, text, line } of pieces(read(file))) {
        const isOurs = words.has(text) || OTHER_WORDS.has(text);
        if (kind === 'string' && !isOurs && isModelled(text)) wrong.push(`${file}:${line} '${text}'`);
      }
    }
    assert.deepEqual(wrong, []);
  });
});
