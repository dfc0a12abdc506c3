import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { Fixer } from '../../../analysis/workspace/fixes.js';
import { runToEnd, Workspace } from '../../../analysis/workspace/index.js';
import type { Parser } from '../../../analysis/syntax/types.js';
import { Compiler } from '../../../host/compile.js';
import { drive } from '../../../host/drive.js';
import { createNodeParser } from '../../../host/node/parser.js';
import { parseFixture } from '../../support/fixture.js';
import { ROOT } from '../../support/root.js';
import { patience, runs } from '../../support/runs.js';

const FOLDER = join(ROOT, 'test', 'fixtures');
const NAMES = readdirSync(FOLDER).flatMap((rule) =>
  readdirSync(join(FOLDER, rule))
    .filter((name) => name.endsWith('.c'))
    .map((name) => `${rule}/${name}`),
);

type Texts = ReadonlyMap<string, string>;

/** An edit of one file: what is done, where (a share of the lines), and with which number. */
interface Edit {
  readonly file: number;
  readonly kind: keyof typeof EDITS | 'ends of lines';
  readonly where: number;
  readonly number: number;
}

type Change = (line: string, number: number) => readonly string[];

/** What people do to a line, half of which changes nothing but the text. */
const EDITS = {
  comment: (line, number) => [`${line} /* ${number} */`],
  'empty line': (line) => ['', line],
  'line deleted': () => [],
  'line twice': (line) => [line, line],
  call: (line, number) => [`\tstep_${number}();`, line],
  return: (line) => ['\treturn -EINVAL;', line],
  string: (line, number) => [line.replace(/"[^"]*"/, `"${number}"`)],
  indent: (line) => [`\t${line}`],
} as const satisfies Record<string, Change>;

function edited(text: string, { kind, where, number }: Edit): string {
  if (kind === 'ends of lines')
    return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text.replaceAll('\n', '\r\n');
  const lines = text.split('\n');
  const at = Math.floor(where * lines.length);
  return lines.flatMap((line, index) => (index === at ? EDITS[kind](line, number) : [line])).join('\n');
}

describe('the code of fixtures, edited', function () {
  this.timeout(patience());
  let compiler: Compiler;
  let parser: Parser;

  before(async () => {
    parser = await createNodeParser();
    compiler = new Compiler([], parser);
  });

  /** A workspace with the texts that `texts` has at the time. */
  class Edited {
    private readonly workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    private readonly fixer: Fixer;

    constructor(private texts: Texts) {
      const textOf = (file: string): string | undefined => this.texts.get(file);
      this.fixer = new Fixer(this.workspace, { parser, compiler, textOf }, 'all');
      this.take(texts.keys());
    }

    set(texts: Texts, file: string): void {
      this.texts = texts;
      this.take([file]);
    }

    /** What is found and how it can be repaired, as text. */
    async result(): Promise<string> {
      const snapshot = await drive(this.workspace, {
        supply: (demands) =>
          Promise.resolve(
            demands.map((demand) => ({
              demand,
              skeleton: compiler.skeletons(this.texts.get(demand.file) ?? '', [demand])[0],
            })),
          ),
      });
      const found = snapshot.findings.map((finding) => [
        finding,
        runToEnd(this.fixer.fixesOf(finding, snapshot)),
      ]);
      return JSON.stringify(found, undefined, 1);
    }

    private take(files: Iterable<string>): void {
      this.workspace.apply(
        [...files].map((file) => ({ file, ...compiler.compile(this.texts.get(file) ?? '') })),
      );
    }
  }

  it('has the findings and repairs of a fresh start after any edit', async () => {
    const edit = fc.record<Edit>({
      file: fc.nat(1),
      kind: fc.constantFrom('ends of lines', ...(Object.keys(EDITS) as (keyof typeof EDITS)[])),
      where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      number: fc.nat(9),
    });
    const name = fc.constantFrom(...NAMES);
    await fc.assert(
      fc.asyncProperty(fc.tuple(name, name), fc.array(edit, { maxLength: 8 }), async (names, edits) => {
        const texts = new Map(
          names.flatMap((each, folder) =>
            parseFixture(readFileSync(join(FOLDER, each), 'utf8'), each).files.map(
              (file): [string, string] => [`${folder}/${file.name}`, file.text],
            ),
          ),
        );
        const files = [...texts.keys()];
        const workspace = new Edited(texts);
        await workspace.result();
        for (const each of edits) {
          const file = files[each.file % files.length] ?? '';
          texts.set(file, edited(texts.get(file) ?? '', each));
          workspace.set(texts, file);
          assert.equal(await workspace.result(), await new Edited(texts).result());
        }
      }),
      { numRuns: runs(40) },
    );
  });
});
