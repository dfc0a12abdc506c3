import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { read } from '../../support/sources.js';

interface Rule {
  readonly name?: string;
  readonly match: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
}

/** What each part of a line is to the grammar: enough of TextMate for one-line rules without nesting. */
function scopes(line: string): string[] {
  const { repository } = JSON.parse(read('syntaxes/lockorder.tmLanguage.json')) as {
    repository: Readonly<Record<string, Rule>>;
  };
  const rules = Object.values(repository);
  const found: string[] = [];
  for (let at = 0; at < line.length;) {
    const next = rules
      .flatMap((rule) => {
        const pattern = new RegExp(rule.match, 'g');
        pattern.lastIndex = at;
        const match = pattern.exec(line);
        return match && match[0] !== '' ? [{ rule, match }] : [];
      })
      .sort((a, b) => a.match.index - b.match.index)[0];
    if (!next) break;
    const { rule, match } = next;
    if (rule.name === undefined) {
      for (const [group, { name }] of Object.entries(rule.captures ?? {})) {
        const text = match[Number(group)];
        if (text !== undefined) found.push(`${text} ${name}`);
      }
    } else found.push(`${match[0]} ${rule.name}`);
    at = match.index + match[0].length;
  }
  return found;
}

describe('the grammar of .lockorder files', () => {
  it('tells locks, the order between them, and comments apart', () => {
    assert.deepEqual(scopes('rtnl_mutex < dev.lock  # outermost first'), [
      'rtnl_mutex variable.other.lock.lockorder',
      '< keyword.operator.before.lockorder',
      'dev.lock variable.other.lock.lockorder',
      '# outermost first comment.line.number-sign.lockorder',
    ]);
  });

  it('knows files, subclasses, keys and globs', () => {
    assert.deepEqual(scopes('net/core/dev.c:lock < inode.i_rwsem#ext4 < foo.lock/1 < foo.*'), [
      'net/core/dev.c: entity.name.namespace.file.lockorder',
      'lock variable.other.lock.lockorder',
      '< keyword.operator.before.lockorder',
      'inode.i_rwsem variable.other.lock.lockorder',
      '#ext4 constant.other.subclass.lockorder',
      '< keyword.operator.before.lockorder',
      'foo.lock variable.other.lock.lockorder',
      '/1 constant.other.subclass.lockorder',
      '< keyword.operator.before.lockorder',
      'foo.* variable.other.lock.lockorder',
    ]);
  });
});
