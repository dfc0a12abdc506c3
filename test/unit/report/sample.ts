import type { Finding } from '../../../analysis/checks/types.js';

/** The source that {@link CYCLE} is about. */
export const SOURCE: Readonly<Record<string, string>> = {
  'a.c': [
    'static void bad_function(void)',
    '{',
    '\tdown(&sem1);',
    '\tdown(&sem2);',
    '}',
    '',
    'static void another_function(void)',
    '{',
    '\tdown(&sem2);',
    '\t/* nothing */',
    '\tdown(&sem1);',
    '}',
  ].join('\n'),
};

export function lineOf(file: string, line: number): string | undefined {
  return SOURCE[file]?.split('\n')[line - 1];
}

const step = (
  path: number,
  line: number,
  name: string,
  lock: string,
  held: readonly string[],
): Finding['story'][number] => ({
  path,
  file: 'a.c',
  line,
  column: 2,
  endLine: line,
  endColumn: 13,
  function: name,
  text: `takes ${lock}`,
  held,
  takes: { lock },
});

/** Two semaphores taken in both orders. */
export const CYCLE: Finding = {
  id: 'f00d',
  rule: 'lock-order-cycle',
  severity: 'error',
  confidence: 'high',
  message: 'sem1 is taken while sem2 is held, elsewhere the other way round',
  at: { file: 'a.c', line: 11, column: 2, endLine: 11, endColumn: 13, function: 'another_function' },
  locks: ['sem1', 'sem2'],
  story: [
    step(0, 3, 'bad_function', 'sem1', []),
    step(0, 4, 'bad_function', 'sem2', ['sem1']),
    step(1, 9, 'another_function', 'sem2', []),
    step(1, 11, 'another_function', 'sem1', ['sem2']),
  ],
  assumes: [{ reason: 'no-gate', text: 'no other lock keeps the two functions apart' }],
  witnesses: ['w1', 'w2'],
  evidence: [],
  fixes: [
    {
      title: 'Take sem1 before sem2',
      kind: 'reorder',
      verified: true,
      edits: [
        {
          file: 'a.c',
          range: { startLine: 9, startColumn: 1, endLine: 9, endColumn: 14 },
          newText: '\tdown(&sem1);\n\tdown(&sem2);',
        },
        { file: 'a.c', range: { startLine: 11, startColumn: 1, endLine: 12, endColumn: 1 }, newText: '' },
      ],
    },
  ],
};
