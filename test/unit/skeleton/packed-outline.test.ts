import assert from 'node:assert/strict';
import { createModels } from '../../../analysis/models/index.js';
import { outlineFile } from '../../../analysis/outline/index.js';
import { decodeSummary, encodeSummary } from '../../../analysis/skeleton/codec/codec.js';
import type { FileSummary } from '../../../analysis/skeleton/types.js';

const models = createModels();

/** A header of registers with names of its own. */
function header(prefix: string, count: number): FileSummary {
  const lines = Array.from({ length: count }, (_, at) => `#define ${prefix}_${at} 0x${at.toString(16)}`);
  const outline = outlineFile(`int ${prefix};\n${lines.join('\n')}\n`, models);
  return { outline, skeletons: new Map(), macroSkeletons: new Map() };
}

describe('the tail of an outline', () => {
  it('decodes to the same value after any other queries', () => {
    const given = header('FIRST', 100);
    const { outline } = decodeSummary(encodeSummary(given));
    const before = outline.macros;
    assert.deepEqual(outline, given.outline);
    const others = encodeSummary(header('OTHER', 20_000));
    for (let at = 0; at < 2 * Math.ceil((5 * 1024 * 1024) / others.length); at++) decodeSummary(others);
    assert.notEqual(outline.macros, before);
    assert.deepEqual(outline, given.outline);
  });
});
