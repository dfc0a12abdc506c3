import { DATA } from './data/index.js';
import { recordsWith } from './records/built-in.js';
import type { ModelRecord } from './records/record.js';

/** The records about a name, built-in and added by the user. */
export function recordsAbout(added: readonly ModelRecord[], name: string): readonly ModelRecord[] {
  return (added.length === 0 ? DATA : recordsWith(added)).filter((record) => isAbout(record, name));
}

function isAbout(record: ModelRecord, name: string): boolean {
  const tag = `struct ${name}`;
  if ('name' in record) {
    return [name, `guard:${name}`, `cond_guard:${name}`, `free:${name}`].includes(record.name);
  }
  // What a name suggests about an invisible function does not hold for a misspelled name.
  if ('pattern' in record)
    return record.lockMember !== true && record.acquires !== true && new RegExp(record.pattern).test(name);
  if ('type' in record) return record.type === name || record.type === tag;
  if ('layout' in record) return record.layout === name || record.layout === tag;
  if ('field' in record) {
    const [of = '', field = ''] = record.field.split('.');
    return [record.field, field, of].includes(name.replace(/^struct /, ''));
  }
  if ('class' in record) return record.class === name || record.words?.includes(name.toLowerCase()) === true;
  if ('returns' in record) return record.registrars.includes(name);
  return record.macros?.includes(name) === true || record.fields?.includes(name) === true;
}
