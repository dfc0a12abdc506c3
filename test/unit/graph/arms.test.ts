import assert from 'node:assert/strict';
import { Arms } from '../../../analysis/graph/feasibility/arms.js';
import { snapshotOf } from './support.js';

const HEADER = `
#define HAS_FLAG
#define has_call(x) (x)
enum { HAS_ENUMERATOR = 3 };
${Array.from({ length: 200 }, (_, at) => `#define REGISTER_${at} ${at}`).join('\n')}
`;

describe('names in preprocessor conditions', () => {
  it('are looked up in the file itself and in its includes', async () => {
    const { program } = await snapshotOf({
      'a.c': '#include "a.h"\n#define OWN 1\nvoid f(void) { }\n',
      'a.h': HEADER,
      'b.h': '#define ELSEWHERE\n',
      'c.c': 'void g(void) { }\n',
    });
    const arms = new Arms(program);
    const names = [
      'HAS_FLAG',
      'has_call',
      'HAS_ENUMERATOR',
      'REGISTER_117',
      'REGISTER_200',
      'ELSEWHERE',
      'OWN',
    ];
    assert.deepEqual(
      names.filter((name) => arms.isConfigured(name, 'a.c')),
      ['HAS_FLAG', 'has_call', 'HAS_ENUMERATOR', 'REGISTER_117', 'OWN'],
    );
    assert.deepEqual(
      names.filter((name) => arms.isConfigured(name, 'c.c')),
      [],
    );
  });
});
