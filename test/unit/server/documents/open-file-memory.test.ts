import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { Compiler } from '../../../../host/compile.js';
import { createNodeParser } from '../../../../host/node/parser.js';
import { OpenFile } from '../../../../server/documents/open-file.js';
import { heapInUse } from '../../../support/memory.js';

/** A document that is nearly all remarks, so that what it takes is its text. */
const REMARKS = 40_000;
const FUNCTIONS = Array.from(
  { length: 8 },
  (_, index) => `
static void take_the_lock_of_${index}(struct controller_${index} *the_controller)
{
	mutex_lock(&the_controller->lock_of_the_controller);
	mutex_unlock(&the_controller->lock_of_the_controller);
}
`,
).join('');

/** Built from scratch each time, so that no two versions share anything. */
function textOf(version: number, functions = FUNCTIONS): string {
  const lines = Array.from({ length: REMARKS }, (_, line) => `/* remark ${line} in version ${version} */\n`);
  return `${lines.join('')}${functions}`;
}

describe('an open document', () => {
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
    new OpenFile('file:///b.c', 'b.c', FUNCTIONS, 1).compile(compiler);
  });

  /** How many texts of the document's size it holds after these versions. */
  function textsHeld(versions: readonly (() => string)[]): number {
    const size = textOf(0).length;
    const start = heapInUse();
    const file = new OpenFile('file:///a.c', 'a.c', versions[0]?.() ?? '', 1);
    file.compile(compiler);
    for (const [version, text] of versions.entries()) {
      file.edit(text(), version + 2);
      file.compile(compiler);
    }
    // Tables of where its lines begin take as much as a part of the text.
    const { lines = 0 } = file.update?.summary?.outline ?? {};
    const held = heapInUse() - start;
    assert.ok(lines > REMARKS);
    return held / size;
  }

  it('keeps no old text alive', () => {
    const held = textsHeld([() => textOf(1), () => textOf(2), () => textOf(3), () => textOf(4)]);
    assert.ok(held < 2, `${held.toFixed(1)} texts`);
  });

  it('keeps one copy of a text that is typed again', () => {
    const broken = FUNCTIONS.replace('unlock(&', 'unlock(&(');
    const held = textsHeld([() => textOf(1), () => textOf(1, broken), () => textOf(1)]);
    assert.ok(held < 2, `${held.toFixed(1)} texts`);
  });

  it('keeps only the function alive while one is half typed', () => {
    const broken = FUNCTIONS.replace('unlock(&', 'unlock(&(');
    const held = textsHeld([() => textOf(1), () => textOf(2, broken), () => textOf(3, broken)]);
    // The one in the editor and the one that is analysed.
    assert.ok(held < 3.2, `${held.toFixed(1)} texts`);
  });
});
