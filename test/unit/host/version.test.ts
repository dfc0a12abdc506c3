import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { productVersion } from '../../../host/node/version.js';

describe('the version', () => {
  it('is an error in an installation without its package.json', () => {
    assert.throws(() => productVersion('/'), /package\.json of Lockorder is missing/);
  });
});
