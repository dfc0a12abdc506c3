import type { Finding, Fix, FixRefusal, Progress } from '../checks/types.js';
import { codeBefore, type CodeBefore } from '../fixes/before.js';
import { proposeFixes, type FixOutcome } from '../fixes/index.js';
import { standingOf } from '../fixes/proven.js';
import { Opened } from '../fixes/text/opened.js';
import { verifyFix } from '../fixes/verify.js';
import type { Program } from '../link/types.js';
import { scopesIn } from '../checks/story/short-names.js';
import { withGuardsAsWritten } from '../models/records/scope-names.js';
import type { Parser } from '../syntax/types.js';
import type { Snapshot, Workspace } from './index.js';
import { Neighbourhoods } from './neighbourhood.js';
import { Trial, type TrialSource } from './trial.js';

export interface FixSource extends TrialSource {
  readonly parser: Parser;
}

/** The verified fixes of one finding, and why there are no more. */
export interface FixResult {
  readonly fixes: readonly Fix[];
  /** Also verified, but of kinds not proven on real findings: shown, never applied. */
  readonly suggestions: readonly Suggestion[];
  readonly refusals: readonly FixRefusal[];
}

export interface Suggestion {
  readonly fix: Fix;
  /** Why it is no edit. */
  readonly reason: string;
}

/** Which verified fixes become edits: those of kinds proven on real findings, or all. */
export type Offered = 'proven' | 'all';

/** What a run asks for: in a large program, each suggestion costs an analysis of the files around it. */
export type WantedFixes = 'edits' | 'edits and suggestions';

const NONE: FixResult = { fixes: [], suggestions: [], refusals: [] };

/** A second copy of a larger program would double its memory and time; there the files around a fix suffice. */
const MOST_FILES = 6000;
/**
 * Maximum number of functions compiled again to verify the fixes of one file's findings. A single requested
 * finding always gets its fixes.
 */
const MOST_COMPILED = 8000;
/** Each proposal may look at all functions of its file: a file of 1,000 functions gets 2,000 proposals. */
const MOST_LOOKED_AT = 2_000_000;
/** The same limit for one function: each proposal may read all of it. */
const MOST_OF_ONE_FUNCTION = 50;
/** Fixes share their surroundings up to this size. */
const MOST_SHARED = 2500;

/** The program in which fixes are verified. */
interface Ground {
  readonly trial: Trial;
  /** Absent if it is the whole program, to which the finding itself belongs. */
  readonly part?: TrialPart;
}

/** Some files of the program, and their state without a fix. */
interface TrialPart {
  readonly before: CodeBefore;
  readonly files: ReadonlySet<string>;
  /** Files whose fixes can be verified here: `before` holds their functions. */
  readonly focus: ReadonlySet<string>;
  /** The version of the program, and its number of files. */
  readonly changes: number;
  readonly size: number;
}

/** Finds and verifies fixes for the findings of one workspace. */
export class Fixer {
  private trial: Trial | undefined;
  /**
   * Sources that fixes were looked for in, and the version of the program and its texts they belong to: a fix moves the
   * comments and strings of a statement too.
   */
  private opened: (Pick<Program, 'changes' | 'textsSet'> & { readonly sources: Opened }) | undefined;
  private ground: Ground | undefined;

  constructor(
    private readonly workspace: Workspace,
    private readonly source: FixSource,
    private readonly offered: Offered = 'proven',
    /** Larger programs are not analysed again as a whole. */
    private readonly mostFiles = MOST_FILES,
    private readonly mostLookedAt = MOST_LOOKED_AT,
  ) {}

  /** As {@link Workspace.lighten}, for the programs that verify fixes. */
  lighten(): void {
    this.trial?.lighten();
    this.ground?.trial.lighten();
  }

  /** Whether fixes of this program are verified over the surrounding files instead of all files. */
  isPartial({ program }: Pick<Snapshot, 'program'>): boolean {
    return program.files.size > this.mostFiles;
  }

  /** Fixes of one finding of the workspace's current result. */
  *fixesOf(finding: Finding, snapshot: Snapshot): Generator<Progress, FixResult> {
    const result = yield* this.verified(finding, snapshot, this.proposed(finding, snapshot), []);
    const scopes = (): ReadonlyMap<string, string> => scopesIn(finding, snapshot.program);
    return { ...result, refusals: distinct(result.refusals, scopes) };
  }

  private proposed(finding: Finding, snapshot: Snapshot): FixOutcome {
    const { models } = this.workspace;
    const { parser } = this.source;
    const { analysis, program } = snapshot;
    const opened = this.openedOf(program);
    return proposeFixes({ finding, analysis, program, models, parser, textOf: this.textIn(opened), opened });
  }

  private textIn(opened: Opened): (file: string) => string | undefined {
    return (file) => opened.textOf(file, () => this.source.textOf(file));
  }

  private openedOf({ changes, textsSet }: Program): Opened {
    const { opened } = this;
    if (opened?.changes === changes && opened.textsSet === textsSet) return opened.sources;
    const sources = new Opened();
    this.opened = { changes, textsSet, sources };
    return sources;
  }

  private *verified(
    finding: Finding,
    snapshot: Snapshot,
    proposed: FixOutcome,
    next: readonly (readonly string[])[],
  ): Generator<Progress, FixResult> {
    const fixes: Fix[] = [];
    const suggestions: Suggestion[] = [];
    const refusals = [...proposed.refusals];
    for (const fix of proposed.fixes) {
      const ground = yield* this.groundFor(snapshot, filesOf(finding, fix), next);
      const { trial, part } = ground ?? {};
      if (trial === undefined) continue;
      if (part !== undefined && !part.before.findings.some(({ id }) => id === finding.id)) {
        refusals.push({ kind: fix.kind, reason: UNSEEN });
        continue;
      }
      const before = part?.before ?? codeBefore(snapshot, editedFiles(fix));
      const input = { finding, before, textOf: this.textIn(this.openedOf(snapshot.program)) };
      const verdict = yield* verifyFix(input, fix, (texts) => trial.reanalyse(texts));
      if (!('verified' in verdict)) {
        refusals.push(verdict);
        continue;
      }
      const { as, reason } = standingOf(verdict.kind, finding.confidence);
      const shown = part === undefined ? verdict : { ...verdict, around: part.files.size };
      if (as === 'edit' || this.offered === 'all') fixes.push(shown);
      else {
        const where = part === undefined ? '' : `; verified in the ${part.files.size} files around it`;
        suggestions.push({ fix: shown, reason: reason + where });
      }
    }
    const { otherwise } = proposed;
    if (fixes.length > 0 || otherwise === undefined) return { fixes, suggestions, refusals };
    // An idea behind a suggestion can only be better as an edit.
    const isSuggested = suggestions.length > 0;
    const behind = isSuggested ? withoutSuggestions(finding, otherwise()) : otherwise();
    const other = yield* this.verified(finding, snapshot, behind, next);
    return {
      fixes: other.fixes,
      suggestions: isSuggested && other.fixes.length === 0 ? suggestions : other.suggestions,
      refusals: [...refusals, ...other.refusals.filter(({ untried }) => !isSuggested || untried !== true)],
    };
  }

  /**
   * Where to verify a fix: in the whole program, or in a part with these files and those of the following
   * fixes.
   */
  private *groundFor(
    { program }: Snapshot,
    files: readonly string[],
    next: readonly (readonly string[])[],
  ): Generator<Progress, Ground | undefined> {
    const { models, architectures } = this.workspace;
    if (program.files.size <= this.mostFiles) {
      // Created on demand: most results have nothing to verify.
      this.trial ??= new Trial(program, models, architectures, this.source, undefined, this.workspace);
      return { trial: this.trial };
    }
    const { changes } = program;
    const { size } = program.files;
    const known = this.ground?.part;
    if (this.ground && known?.size === size && files.every((file) => known.focus.has(file))) {
      if (known.changes !== changes)
        this.ground = yield* this.groundOf(this.ground.trial, { ...known, changes });
      return this.ground;
    }
    const around = new Neighbourhoods(program);
    const within = new Set(yield* around.around(files));
    const focus = new Set(files);
    for (const more of next) {
      const others = yield* around.around(more);
      if ([...others].filter((file) => !within.has(file)).length + within.size > MOST_SHARED) break;
      for (const file of others) within.add(file);
      for (const file of more) focus.add(file);
    }
    const trial = new Trial(program, models, architectures, this.source, within);
    this.ground = yield* this.groundOf(trial, { files: within, focus, changes, size });
    return this.ground;
  }

  /** Analyses a part of the program without any fix. */
  private *groundOf(trial: Trial, part: Omit<TrialPart, 'before'>): Generator<Progress, Ground | undefined> {
    const asItIs = yield* trial.asItIs(part.focus);
    return asItIs && { trial, part: { ...part, before: codeBefore(asItIs, part.focus) } };
  }

  /** A result with the fixes of the requested findings. */
  *fixAll(
    snapshot: Snapshot,
    wanted: (finding: Finding) => boolean,
    asked: WantedFixes = 'edits and suggestions',
  ): Generator<Progress, Snapshot> {
    const isTooMuch = asked === 'edits' && this.offered === 'proven' && this.isPartial(snapshot);
    const findings: Finding[] = [];
    const known = new Map<string, readonly FixRefusal[]>();
    const proposals = new Map<Finding, FixOutcome>();
    const looked = new Map<string, number>();
    for (const finding of snapshot.findings) {
      const { file } = finding.at;
      const own = `${file}:${finding.at.function}()`;
      const spent = looked.get(file) ?? 0;
      const ofFunction = looked.get(own) ?? 0;
      const isEnough = spent > this.mostLookedAt || ofFunction >= MOST_OF_ONE_FUNCTION;
      if (wanted(finding) && isEnough) known.set(finding.id, [{ kind: 'fix', reason: ENOUGH }]);
      else if (wanted(finding)) {
        looked.set(own, ofFunction + 1);
        looked.set(file, spent + (snapshot.program.outline(file)?.functions.length ?? 0));
        const outcome = this.proposed(finding, snapshot);
        proposals.set(finding, isTooMuch ? withoutSuggestions(finding, outcome) : outcome);
      }
      yield { stage: 'fix', done: 0, total: snapshot.findings.length };
    }
    const places = [...proposals].map(([finding, { fixes }]) =>
      fixes.flatMap((fix) => filesOf(finding, fix)),
    );
    let at = 0;
    const compiled = new Map<string, number>();
    for (const finding of snapshot.findings) {
      const proposed = proposals.get(finding);
      if (proposed) at += 1;
      const next = proposed ? places.slice(at).filter((files) => files.length > 0) : [];
      const cost = (proposed?.fixes ?? []).reduce((sum, fix) => sum + functionsIn(fix, snapshot), 0);
      const spent = compiled.get(finding.at.file) ?? 0;
      // The first fix is verified whatever the size of its files.
      const isTried = spent === 0 || spent + cost <= MOST_COMPILED;
      if (isTried) compiled.set(finding.at.file, spent + cost);
      const result =
        proposed === undefined
          ? NONE
          : isTried
            ? yield* this.verified(finding, snapshot, proposed, next)
            : { ...NONE, refusals: proposed.fixes.map(({ kind }) => ({ kind, reason: ENOUGH })) };
      const { fixes } = result;
      // Readers without the program get a suggestion in words.
      const suggested = result.suggestions.map(({ fix: { kind, title }, reason }): FixRefusal => ({
        kind,
        reason: `a suggestion, not an edit: ${title} (${reason})`,
        suggestion: title,
      }));
      const refusals =
        suggested.length > 0
          ? suggested
          : distinct(result.refusals, () => scopesIn(finding, snapshot.program));
      if (refusals.length > 0) known.set(finding.id, refusals);
      findings.push(fixes.length > 0 ? { ...finding, fixes } : finding);
      yield { stage: 'fix', done: findings.length, total: snapshot.findings.length };
    }
    return { ...snapshot, findings, refusals: known };
  }
}

/**
 * Refusals in words for people, each once: two attempts of one kind may fail for one reason.
 * @param scopes the macros by which conditional guards are entered, asked for where a reason names a guard
 */
export function distinct(
  refusals: readonly FixRefusal[],
  scopes?: () => ReadonlyMap<string, string>,
): readonly FixRefusal[] {
  const namesGuard = refusals.some(({ reason }) => withGuardsAsWritten(reason) !== reason);
  const known = namesGuard ? scopes?.() : undefined;
  const told = refusals.map((one) => ({ ...one, reason: withGuardsAsWritten(one.reason, known) }));
  return [...new Map(told.map((one) => [JSON.stringify([one.kind, one.reason]), one])).values()];
}

const ENOUGH =
  'too many fixes for this file to verify in one run; lockorder explain verifies those of one finding';

const UNTRIED =
  'a suggestion at best, which a scan of this many files does not verify; lockorder explain does';

const UNSEEN =
  'the finding does not show when only the files around it are analysed, so no fix can be verified';

/** What can become an edit: of the first idea that has such a fix, with the ideas behind it. */
function withoutSuggestions(finding: Finding, { fixes, refusals, otherwise }: FixOutcome): FixOutcome {
  const isEdit = ({ kind }: Fix): boolean => standingOf(kind, finding.confidence).as === 'edit';
  const edits = fixes.filter(isEdit);
  const untried = fixes
    .filter((fix) => !isEdit(fix))
    .map(({ kind }): FixRefusal => ({ kind, reason: UNTRIED, untried: true }));
  const said = [...refusals, ...untried];
  const behind = otherwise && ((): FixOutcome => withoutSuggestions(finding, otherwise()));
  if (edits.length > 0 || behind === undefined)
    return { fixes: edits, refusals: said, ...(behind && { otherwise: behind }) };
  const next = behind();
  return { ...next, refusals: [...said, ...next.refusals] };
}

function editedFiles({ edits }: Fix): ReadonlySet<string> {
  return new Set(edits.map(({ file }) => file));
}

/** Functions of the files that a fix changes, which its verification compiles again. */
function functionsIn(fix: Fix, { program }: Pick<Snapshot, 'program'>): number {
  return [...editedFiles(fix)].reduce((sum, file) => sum + (program.outline(file)?.functions.length ?? 0), 0);
}

/** Files on the path of the finding that a fix changes. */
function filesOf({ at, story }: Finding, { edits }: Fix): readonly string[] {
  return [...new Set([at.file, ...story.map(({ file }) => file), ...edits.map(({ file }) => file)])];
}
