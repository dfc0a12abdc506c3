import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { renderJson } from '../../../analysis/report/formats/json.js';
import { publishedSchemas } from '../../../analysis/workspace/schemas.js';
import { ROOT } from '../../support/root.js';
import { CYCLE } from './sample.js';

function published(name: string): string {
  return readFileSync(join(ROOT, 'schemas', name), 'utf8');
}

function validator(name: string): (value: unknown) => boolean {
  const validate = new Ajv({ strict: false }).compile(JSON.parse(published(name)) as object);
  return (value) => validate(value);
}

describe('published JSON schemas', () => {
  it('match the validators (else: npx tsc -b && node schemas/generate.mjs)', () => {
    for (const [name, text] of publishedSchemas()) assert.equal(published(name), text, name);
  });

  it('accept a scan and reject anything else', () => {
    const isScan = validator('lockorder.scan.schema.json');
    const scan = JSON.parse(renderJson({ version: '1', findings: [CYCLE], skipped: [] })) as object;
    assert.ok(isScan(scan));
    assert.ok(!isScan({ ...scan, version: 2 }));
    assert.ok(!isScan({ ...scan, extra: 1 }));
  });

  it('accept a configuration and reject unknown rules', () => {
    const isConfig = validator('lockorder.config.schema.json');
    assert.ok(
      isConfig({
        models: [{ acquire: [{ name: 'my_lock', arg: 0, kind: 'mutex', subclassArg: 1 }] }],
        exclude: ['tools/**'],
        rules: { 'self-deadlock': 'warning', 'missing-unlock': 'off' },
        ignore: [{ rule: 'self-deadlock', locks: ['a.lock'], reason: 'another instance' }],
        arch: ['x86'],
        preemptRt: false,
      }),
    );
    assert.ok(!isConfig({ rules: { nonsense: 'off' } }));
  });
});
