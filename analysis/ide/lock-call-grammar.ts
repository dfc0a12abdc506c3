import { BUILT_IN } from '../models/records/built-in.js';
import type { LockApi } from '../models/types.js';

/** Scopes by what a call does, so that themes can distinguish acquisitions from releases. */
const SCOPES: Readonly<Record<LockApi['op'], string>> = {
  acquire: 'support.function.lock.acquire.c',
  try: 'support.function.lock.try.c',
  release: 'support.function.lock.release.c',
  downgrade: 'support.function.lock.downgrade.c',
  transient: 'support.function.lock.acquire.c',
  'might-acquire': 'support.function.lock.assert.c',
  'assert-held': 'support.function.lock.assert.c',
  'assert-not-held': 'support.function.lock.assert.c',
  'lock-init': 'support.function.lock.init.c',
};

/**
 * The TextMate grammar that marks locking calls and annotations in C, generated from the models; as JSON, for
 * the file that editors read.
 */
export function lockCallGrammar(): string {
  const byScope = new Map<string, Set<string>>();
  const lockAnnotations = new Set(
    [...BUILT_IN.functions.values()]
      .filter((record) => record.lockAnnotation === true)
      .map(({ name }) => name),
  );
  for (const { name, op } of BUILT_IN.locks.values()) {
    const scope = SCOPES[op];
    // Guard classes are no identifiers of their own; annotations have their own scope.
    if (!/^\w+$/.test(name) || lockAnnotations.has(name)) continue;
    const names = byScope.get(scope) ?? new Set<string>();
    byScope.set(scope, names.add(name));
  }
  const calls = [...byScope]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, names]) => ({
      name,
      match: `\\b${anyOf(names)}\\b(?=\\s*\\()`,
    }));
  const annotations = { name: 'storage.modifier.lock.c', match: `\\b${anyOf(lockAnnotations)}\\b` };
  const grammar = {
    scopeName: 'lockorder.calls.injection',
    injectionSelector: 'L:source.c -comment -string, L:source.cpp -comment -string',
    patterns: [...calls, annotations],
  };
  return `${JSON.stringify(grammar, undefined, 2)}\n`;
}

interface Trie {
  readonly next: Map<string, Trie>;
  isEnd: boolean;
}

/** A pattern for any of the words with shared prefixes: it fails at the first wrong letter. */
function anyOf(words: Iterable<string>): string {
  const root: Trie = { next: new Map(), isEnd: false };
  for (const word of [...words].sort()) {
    let node = root;
    for (const letter of word) {
      let next = node.next.get(letter);
      if (!next) node.next.set(letter, (next = { next: new Map(), isEnd: false }));
      node = next;
    }
    node.isEnd = true;
  }
  return pattern(root);
}

function pattern(node: Trie): string {
  const rest = [...node.next].map(([letter, next]) => letter + pattern(next));
  if (rest.length === 0) return '';
  const [only = ''] = rest;
  if (rest.length === 1 && !node.isEnd) return only;
  return `(?:${rest.join('|')})${node.isEnd ? '?' : ''}`;
}
