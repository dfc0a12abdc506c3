import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { found } from './support.js';

/** Both orders of two locks, each under a gate, with functions of eleven parameters: p1 begins the name of p10. */
function withGate(gate: string): string {
  const parameters = Array.from({ length: 11 }, (_, i) => `struct box *p${i}`).join(', ');
  return `struct box { struct mutex gate; struct mutex left; struct mutex right; };
void forth(${parameters})
{
	mutex_lock(&${gate}->gate);
	mutex_lock(&p10->left);
	mutex_lock(&p10->right);
	mutex_unlock(&p10->right);
	mutex_unlock(&p10->left);
	mutex_unlock(&${gate}->gate);
}
void back(${parameters})
{
	mutex_lock(&${gate}->gate);
	mutex_lock(&p10->right);
	mutex_lock(&p10->left);
	mutex_unlock(&p10->left);
	mutex_unlock(&p10->right);
	mutex_unlock(&${gate}->gate);
}
`;
}

describe('a common lock on both sides of a cycle', () => {
  it('excludes the cycle if it is in the object that contains the locks', async () => {
    assert.deepEqual(await found(withGate('p10'), 'lock-order-cycle'), []);
  });

  it('does not exclude it in another object with a similar name', async () => {
    assert.deepEqual(await found(withGate('p1'), 'lock-order-cycle'), [
      '15 low takes box.left while holding box.right; forth() takes them in the opposite order',
    ]);
  });
});
