import type { Choice } from './choice.js';

export interface Deep {
  /** Statements in place of DEEP. */
  readonly statements: string;
  readonly same: string;
  readonly again: string;
  readonly top: string;
  readonly members: string;
  readonly setup: string;
}

/** A chain of functions that ends in the code the shape requires below. */
export function deepOf(
  { shape, family, origin, deed, depth, chain }: Choice,
  lockOf: (object: string) => string,
): Deep {
  const again = `${family.take(lockOf('d'), 'again')};\nd->err = 0;\n${family.drop(lockOf('d'), 'again')};`;
  const end =
    shape.deep === 'AGAIN'
      ? again
      : shape.deep === 'ASSERT'
        ? `lockdep_assert_held(${lockOf('d')});\nd->err = n;`
        : `${deed.text};`;
  const none = { again, top: '', members: '', setup: '' };
  if (shape.deep === undefined) return { ...none, statements: '', same: '' };
  if (depth === 0) return { ...none, statements: end, same: end.replace(/\bd->/g, 'same->') };
  const isFound = chain === 'found again';
  const type = isFound ? `${origin.type}${origin.arg}` : 'struct unit *d';
  const argument = isFound ? origin.arg : 'd';
  const answers = chain === 'with a result';
  const returns = answers ? 'int' : 'void';
  const functions: string[] = [];
  for (let i = 1; i <= depth; i++) {
    const isLast = i === 1;
    const locals = [
      ...(isFound ? [origin.declare] : []),
      ...(isLast && family.flags === true && shape.deep === 'AGAIN' ? ['unsigned long again;'] : []),
      ...(!isLast && answers ? ['int ret;'] : []),
    ];
    const onward = `unit_deep${i - 1}(${argument}, n)`;
    const inner = isLast
      ? end
      : chain === 'on a condition' && i === depth
        ? `if (d->ready)\n\t${onward};`
        : answers
          ? `ret = ${onward};\nif (ret)\n\treturn ret;\nd->count++;`
          : `${onward};\nd->count--;`;
    const last = answers ? '\treturn 0;\n' : '';
    const begin = locals.map((line) => `\t${line}\n`).join('') + (locals.length > 0 ? '\n' : '');
    functions.push(
      `static ${returns} unit_deep${i}(${type}, int n)\n{\n${begin}${indent(inner, '\t')}\n${last}}`,
    );
  }
  const call = (object: string): string => `unit_deep${depth}(${object}, n)`;
  if (chain === 'through a pointer') {
    functions.push(
      `struct unit_ops {\n\tvoid (*step)(struct unit *d, int n);\n};\n\nstatic const struct unit_ops unit_ops = { .step = unit_deep${depth} };`,
    );
    return {
      again,
      statements: 'd->ops->step(d, n);',
      same: 'same->ops->step(same, n);',
      top: functions.join('\n\n'),
      members: '\tconst struct unit_ops *ops;\n',
      setup: '\tu->ops = &unit_ops;\n',
    };
  }
  const told = (object: string): string =>
    answers ? `if (${call(object)})\n\td->err++;` : `${call(object)};`;
  return {
    ...none,
    statements: told(argument),
    same: told(isFound ? argument : 'same'),
    top: functions.join('\n\n'),
  };
}

/** Fills in the code below; several statements get braces if the shape has none. */
export function withDeep(body: string, deep: Deep): string {
  const lines = body.split('\n').flatMap((line, i, all) => {
    const found = /^(\t*)(DEEP|DEEPSAME);$/.exec(line);
    if (!found) return [line];
    const [, tabs = '', word] = found;
    const text = indent(word === 'DEEP' ? deep.statements : deep.same, tabs);
    const before = all[i - 1] ?? '';
    const isBare = /^\t+(if|else|for|while)\b.*[^{]$/.test(before);
    return isBare && text.includes('\n') ? ['BRACE', text, `${tabs.slice(1)}}`] : [text];
  });
  return lines.join('\n').replaceAll(/([^{\n])\nBRACE\n/g, '$1 {\n');
}

export function indent(text: string, tabs: string): string {
  return text
    .split('\n')
    .map((line) => tabs + line)
    .join('\n');
}
