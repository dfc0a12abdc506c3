import type { Family } from './families.js';
import type { Wrapping } from './origins.js';

/** How a function acquires or releases: a call, and the code before the function. */
export interface Wrapped {
  /** The function, operation or macro; empty if there is none. */
  readonly name: string;
  readonly call: (object: string, lock: string, flags: string) => string;
  readonly top: string;
  /** Members that the object needs, and what its setup does. */
  readonly members: string;
  readonly setup: string;
}

type Side = 'take' | 'drop';

const NAMES = { take: 'unit_grab', drop: 'unit_put' } as const;

/** Whether this family can be wrapped like this: a helper cannot declare a variable in its caller. */
export function canWrap(family: Family, how: 'direct' | Wrapping): boolean {
  if (how === 'direct') return true;
  if (family.take('', '').startsWith('idx')) return false;
  if (how === 'lock parameter') return family.type !== undefined;
  return true;
}

/** The acquisition or release, written in this way. `lockOf` gives the lock of an object. */
export function wrap(
  family: Family,
  side: Side,
  how: 'direct' | Wrapping,
  lockOf: (object: string) => string,
): Wrapped {
  const operation = family[side];
  const name = how === 'direct' ? '' : NAMES[side];
  const bare = (text: string): Wrapped => ({ name, call: () => '', top: text, members: '', setup: '' });
  if (how === 'direct') return { ...bare(''), call: (_object, lock, variable) => operation(lock, variable) };
  const flags = family.flags === true;
  const more = flags ? ', unsigned long *flags' : '';
  const pass = flags ? ', flags' : '';
  const answers = side === 'take' && family.succeeds !== undefined;
  const returns = answers ? (family.succeeds === 'zero' ? 'int' : 'bool') : 'void';
  const give = answers ? 'return ' : '';
  const call = (object: string, _lock: string, variable: string): string =>
    `${name}(${object}${flags ? `, &${variable}` : ''})`;
  const body = (first: string, lock: string): string =>
    `static ${first}${returns} NAME(struct unit *u${more})\n{\n\t${give}${operation(lock, '*flags')};\n}`;
  const simple = body('', lockOf('u')).replace('NAME', name);
  switch (how) {
    case 'helper':
      return { ...bare(simple), call };
    case 'inline':
      return { ...bare(body('inline ', lockOf('u')).replace('NAME', name)), call };
    case 'helper2': {
      const outer = `static ${returns} ${name}(struct unit *u${more})\n{\n\t${give}__${name}(u${pass});\n}`;
      return { ...bare(`${simple.replace(name, `__${name}`)}\n\n${outer}`), call };
    }
    case 'macro':
      return {
        ...bare(`#define ${name}(u${pass}) ${operation(lockOf('(u)'), 'flags')}`),
        call: (object, _lock, variable) => `${name}(${object}${flags ? `, ${variable}` : ''})`,
      };
    case 'lock parameter': {
      const type = `${family.type ?? ''} *`;
      const text = `static ${returns} ${name}(${type}lock${more})\n{\n\t${give}${operation('lock', '*flags')};\n}`;
      return {
        ...bare(text),
        call: (_object, lock, variable) => `${name}(${lock}${flags ? `, &${variable}` : ''})`,
      };
    }
    case 'ops': {
      const slot = side === 'take' ? 'grab' : 'put';
      const table = `struct unit_${slot}_ops {\n\t${returns} (*${slot})(struct unit *u${more});\n};`;
      return {
        name: slot,
        call: (object, _lock, variable) =>
          `${object}->${slot}_ops->${slot}(${object}${flags ? `, &${variable}` : ''})`,
        top: `${table}\n\n${simple}\n\nstatic const struct unit_${slot}_ops unit_${slot}_ops = { .${slot} = ${name} };`,
        members: `\tconst struct unit_${slot}_ops *${slot}_ops;\n`,
        setup: `\tu->${slot}_ops = &unit_${slot}_ops;\n`,
      };
    }
  }
}
