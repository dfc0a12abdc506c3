import type { Finding } from '../../analysis/checks/types.js';
import { partsByFile, type FindingPart } from '../../analysis/ide/parts.js';

/** Content keys of files, by name. */
export type KeyOf = (file: string) => string | undefined;

interface Stored {
  readonly version: 1;
  /** The build and configuration that found them. */
  readonly recipe: string;
  readonly findings: readonly Finding[];
  readonly keys: Readonly<Record<string, string>>;
}

/**
 * Findings in closed files that no live program covers: those of the last scan until the folder is read
 * again, and those of scans of single files. A finding is valid as long as no file of its story changes.
 */
export class KeptFindings {
  private findings: readonly Finding[] = [];
  private byFile: ReadonlyMap<string, readonly FindingPart[]> = new Map();

  get all(): readonly Finding[] {
    return this.findings;
  }

  get parts(): ReadonlyMap<string, readonly FindingPart[]> {
    return this.byFile;
  }

  /** Other findings, and those of here that are not among them. */
  besides(others: readonly Finding[]): readonly Finding[] {
    const ids = new Set(others.map(({ id }) => id));
    return [...others, ...this.findings.filter(({ id }) => !ids.has(id))];
  }

  /** Replaces what was known of some files by what was found in them. */
  replace(files: ReadonlySet<string>, found: readonly Finding[]): void {
    const others = this.findings.filter((finding) => !touches(finding, files));
    const ids = new Set(found.map(({ id }) => id));
    this.set([...others.filter(({ id }) => !ids.has(id)), ...found]);
  }

  /** Forgets findings whose stories pass through changed files; true if there were any. */
  drop(files: readonly string[]): boolean {
    const changed = new Set(files);
    const left = this.findings.filter((finding) => !touches(finding, changed));
    if (left.length === this.findings.length) return false;
    this.set(left);
    return true;
  }

  /** Replaces everything. */
  take(found: readonly Finding[]): void {
    this.set(found);
  }

  clear(): void {
    this.set([]);
  }

  /** Loads what {@link store} wrote, except findings of which a file has changed since. */
  restore(text: string, recipe: string, keyOf: KeyOf): void {
    const stored = parse(text);
    if (stored?.recipe !== recipe) return;
    const same = new Map<string, boolean>();
    const isSame = (file: string): boolean => {
      const known = same.get(file) ?? keyOf(file) === stored.keys[file];
      same.set(file, known);
      return known;
    };
    this.set(stored.findings.filter((finding) => filesOf(finding).every(isSame)));
  }

  private set(findings: readonly Finding[]): void {
    this.findings = findings;
    this.byFile = partsByFile(findings);
  }
}

/** The findings as text for {@link KeptFindings.restore}. */
export function store(findings: readonly Finding[], recipe: string, keyOf: KeyOf): string {
  const keys: Record<string, string> = {};
  for (const file of new Set(findings.flatMap(filesOf))) keys[file] = keyOf(file) ?? '';
  const stored: Stored = {
    version: 1,
    recipe,
    findings: findings.map((finding) => ({ ...finding, fixes: [] })),
    keys,
  };
  return JSON.stringify(stored);
}

function filesOf(finding: Finding): string[] {
  return [...new Set([finding.at.file, ...finding.story.map(({ file }) => file)])];
}

function touches(finding: Finding, files: ReadonlySet<string>): boolean {
  return filesOf(finding).some((file) => files.has(file));
}

function parse(text: string): Stored | undefined {
  try {
    const value = JSON.parse(text) as Partial<Stored> | null;
    return value?.version === 1 && Array.isArray(value.findings) ? (value as Stored) : undefined;
  } catch {
    return undefined;
  }
}
