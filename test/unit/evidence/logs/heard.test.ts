import assert from 'node:assert/strict';
import { createModels } from '../../../../analysis/models/index.js';
import { heardLogs, misheard } from '../heard.js';

describe('a log written after the source that prints it', () => {
  const models = createModels();
  for (const log of heardLogs()) {
    it(log.name, () => {
      assert.deepEqual(misheard(log, models), []);
    });
  }
});
