import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { FunctionRef, MutableProgram } from '../../../analysis/link/types.js';
import { linkText, shown as shownRefs, summaryOf } from './builder.js';
import { patience, runs } from '../../support/runs.js';

/** Texts that a file may have: each pulls at other names of the others. */
const PIECES = [
  '#include "h.h"\n',
  '#include "g.h"\n',
  '#include "b.c"\n',
  'static int run(void) { return @(); }\n',
  'int walk(void) { return @(); }\n',
  'int walk(void);\n',
  'static inline int walk(void) { return 0; }\n',
  '#define run(x) walk(x)\n',
  '#define walk stroll\n',
  'int stroll(void) { run(); return 0; }\n',
  'struct ops { int (*go)(void); struct queue q; };\n',
  'struct queue { int lock; };\n',
  'typedef struct queue queue_t;\nstruct holder { queue_t q; };\n',
  'static struct ops o = { .go = walk };\n',
  'struct ops table[] = { { run }, OPS(stroll) };\n',
  '#define OPS(f) { .go = f }\n',
  'DEFINE_OPS(walk);\n',
  '#define DEFINE_OPS(f) struct ops f##_ops = { .go = f }\n',
  '#define go other.go2\n',
  'enum { LIMIT = 1 };\n',
  '#define LIMIT 2\n',
  'int (*hook)(void) = walk;\nstruct ops { int (*go)(void); int lock; };\n',
  'int limit;\n',
  'extern int limit;\n',
  'static int limit = LIMIT;\n',
];
const FILES = ['d/a.c', 'd/b.c', 'd/h.h', 'g.h', 'tools/t.c', 'include/x.h'];
const NAMES = ['run', 'walk', 'stroll', 'OPS', 'DEFINE_OPS'];

/** Everything the program answers, as text. */
function answers(program: MutableProgram): string {
  const lines: string[] = [];
  const shown = (refs: readonly FunctionRef[]): string[] => {
    for (const ref of refs) assert.equal(program.functionById(ref.id), ref, 'a function of a replaced file');
    return shownRefs(refs);
  };
  for (const file of FILES) {
    for (const name of NAMES)
      lines.push(`${file} calls ${name}: ${shown(program.resolveCall(name, file)).join()}`);
    lines.push(`${file} slot: ${shown(program.resolveSlot('struct ops', 'go', file)).join()}`);
    lines.push(`${file} record: ${program.resolveRecord('ops', file)?.file}`);
    lines.push(`${file} field: ${program.resolveField('queue_t', 'lock', file)?.owner.file}`);
    lines.push(`${file} embedders: ${program.embedders('queue', file)}`);
    lines.push(`${file} constant: ${program.resolveConstant('LIMIT', file)}`);
    lines.push(`${file} variable: ${JSON.stringify(program.resolveVariable('limit', file))}`);
    const includers = FILES.filter((other) => other !== file && program.includesFile(other, file));
    assert.deepEqual(
      program.includedBy(file).filter((other) => other !== file),
      includers.sort(),
      `includers of ${file}`,
    );
    lines.push(`${file} includers: ${includers.join()}`);
  }
  lines.push(`beside: ${program.filesIn('d').join()} and ${program.filesIn('include').join()}`);
  for (const fn of program.functions()) {
    lines.push(
      `${shown([fn]).join()} < ${shown(program.callers(fn)).join()} > ${shown(program.callees(fn)).join()}`,
    );
  }
  return lines.join('\n');
}

interface Step {
  readonly file: string;
  /** The new text of the file. `undefined` removes the file; `same` only changes what its functions call. */
  readonly pieces: readonly string[] | 'same' | undefined;
  readonly callee: string;
}

const STEP: fc.Arbitrary<Step> = fc.record({
  file: fc.constantFrom(...FILES),
  pieces: fc.oneof(
    fc.subarray(PIECES, { maxLength: 8 }),
    fc.constant<'same'>('same'),
    fc.constant(undefined),
  ),
  callee: fc.constantFrom('walk', 'stroll', 'run'),
});

describe('a program updated step by step', function () {
  this.timeout(patience());

  it('gives the same answers as one built at once', () => {
    fc.assert(
      fc.property(fc.array(STEP, { maxLength: 12 }), (steps) => {
        const program = linkText({});
        const state = new Map<string, readonly string[]>();
        const texts = new Map<string, string>();
        for (const { file, pieces, callee } of steps) {
          const now = pieces === 'same' ? state.get(file) : pieces;
          if (now === undefined) {
            state.delete(file);
            texts.delete(file);
            program.setFile(file, undefined);
          } else {
            const text = now.join('').replaceAll('@', callee);
            state.set(file, now);
            texts.set(file, text);
            program.setFile(file, summaryOf(text));
          }
          answers(program);
        }
        assert.equal(answers(program), answers(linkText(Object.fromEntries(texts))));
      }),
      { numRuns: runs(150), seed: 1 },
    );
  });

  it('keeps the callees of functions that no edit affects', () => {
    const text = (called: string): string =>
      `void low(void) { ${called}(); }\nvoid high(void) { low(); }\nvoid other(void) { far(); }\nvoid far(void) { }\n`;
    const program = linkText({ 'a.c': text('one'), 'b.c': 'void user(void) { low(); far(); }\n' });
    const callees = (file: string, index: number): readonly FunctionRef[] => {
      const fn = program.functionAt(file, index);
      assert.ok(fn);
      return program.callees(fn);
    };
    for (const fn of program.functions()) program.callers(fn);
    const before = { high: callees('a.c', 1), other: callees('a.c', 2), user: callees('b.c', 0) };
    program.setFile('a.c', summaryOf(text('two')));
    assert.equal(callees('a.c', 2), before.other);
    // Whoever calls the function that was edited calls another one now.
    const edited = program.functionAt('a.c', 0);
    assert.ok(edited);
    for (const list of [before.high, before.user]) assert.ok(!list.includes(edited));
    for (const list of [callees('a.c', 1), callees('b.c', 0)]) assert.ok(list.includes(edited));
    assert.deepEqual(shownRefs(callees('b.c', 0)), shownRefs(before.user));
  });
});
