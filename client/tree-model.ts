import type { ClassEntry, Overview, OverviewFinding, OverviewOrder } from '../protocol/views.js';

export type Grouping = 'rule' | 'folder';

/** The nodes of the tree view, independent of VS Code. */
export type TreeNode =
  | {
      readonly kind: 'section';
      readonly section: TreeSection;
      readonly count: number;
      readonly hints: number;
      /** Findings and hints without the filter, if there is one. */
      readonly of?: readonly [findings: number, hints: number];
    }
  | {
      readonly kind: 'group';
      readonly grouping: Grouping;
      readonly name: string;
      readonly findings: readonly OverviewFinding[];
    }
  | {
      readonly kind: 'finding';
      /** File and line, with as many folders as tell it from other files of the list. */
      readonly name: string;
      readonly finding: OverviewFinding;
      readonly isSuppressed: boolean;
    }
  | { readonly kind: 'class'; readonly entry: ClassEntry }
  | { readonly kind: 'order'; readonly order: OverviewOrder };

export type TreeSection = 'findings' | 'classes' | 'orders' | 'suppressed';

/** Whether a text passes a filter: every word of the filter occurs in it. */
export function passes(filter: string, ...texts: readonly string[]): boolean {
  const all = texts.join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

export type Severity = OverviewFinding['severity'];
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** The filter of the tree. */
export interface Filter {
  /** Words that must all occur. */
  readonly words: string;
  /** Severities to show; all if empty. */
  readonly severities: readonly Severity[];
}

export const NO_FILTER: Filter = { words: '', severities: [] };

export function isFilter({ words, severities }: Filter): boolean {
  return words !== '' || severities.length > 0;
}

export function filtered(
  findings: readonly OverviewFinding[],
  { words, severities }: Filter,
): readonly OverviewFinding[] {
  return findings.filter(
    ({ rule, message, place, function: name, severity }) =>
      (severities.length === 0 || severities.includes(severity)) &&
      passes(words, rule, message, place.label, name, severity),
  );
}

export function findingNodes(findings: readonly OverviewFinding[], isSuppressed: boolean): TreeNode[] {
  const alike = new Map<string, Set<string>>();
  for (const { place } of findings) {
    const file = fileOf(place.label);
    const known = alike.get(lastParts(file, 1));
    if (known) known.add(file);
    else alike.set(lastParts(file, 1), new Set([file]));
  }
  const nameOf = (label: string): string => {
    const file = fileOf(label);
    const others = [...(alike.get(lastParts(file, 1)) ?? [])].filter((other) => other !== file);
    let count = 1;
    while (others.some((other) => lastParts(other, count) === lastParts(file, count))) count += 1;
    return lastParts(label, count);
  };
  return findings.map((finding) => ({
    kind: 'finding',
    name: nameOf(finding.place.label),
    finding,
    isSuppressed,
  }));
}

function fileOf(label: string): string {
  return label.slice(0, label.lastIndexOf(':'));
}

function lastParts(path: string, count: number): string {
  return path.split('/').slice(-count).join('/');
}

/** The non-empty sections; findings always. */
export function sections({ findings, suppressed, orders, classes }: Overview, filter: Filter): TreeNode[] {
  const shown = filtered(findings, filter);
  const hints = shown.filter(isHint).length;
  const all = findings.filter(isHint).length;
  const of = isFilter(filter) ? { of: [findings.length - all, all] as const } : {};
  const counts: readonly (readonly [TreeSection, number, number])[] = [
    ['findings', shown.length - hints, hints],
    ['classes', classes, 0],
    ['orders', orders.filter(({ text, place }) => passes(filter.words, text, place.label)).length, 0],
    ['suppressed', filtered(suppressed, filter).length, 0],
  ];
  return counts.flatMap(([section, count, less]) =>
    count > 0 || section === 'findings'
      ? [{ kind: 'section', section, count, hints: less, ...(section === 'findings' ? of : {}) }]
      : [],
  );
}

/**
 * Findings by rule or by folder. Rules with more findings come first, and hints count only between equals. Within a
 * group, hints come last, and the rest is in file order.
 */
export function groups(findings: readonly OverviewFinding[], grouping: Grouping): TreeNode[] {
  const byName = new Map<string, OverviewFinding[]>();
  for (const finding of findings) {
    const name = grouping === 'rule' ? finding.rule : finding.folder;
    byName.set(name, [...(byName.get(name) ?? []), finding]);
  }
  return [...byName]
    .sort(([a, x], [b, y]) => (grouping === 'rule' ? bySize(x, y) : 0) || (a < b ? -1 : 1))
    .map(([name, own]) => ({ kind: 'group', grouping, name, findings: [...own].sort(byPlace) }));
}

function bySize(a: readonly OverviewFinding[], b: readonly OverviewFinding[]): number {
  const certain = (all: readonly OverviewFinding[]): number =>
    all.filter((finding) => !isHint(finding)).length;
  return certain(b) - certain(a) || b.length - a.length;
}

function isHint({ severity }: OverviewFinding): boolean {
  return severity === 'hint';
}

function byPlace(a: OverviewFinding, b: OverviewFinding): number {
  if (isHint(a) !== isHint(b)) return isHint(a) ? 1 : -1;
  if (a.place.uri !== b.place.uri) return a.place.uri < b.place.uri ? -1 : 1;
  return a.place.range.start.line - b.place.range.start.line;
}
