import { baseOf } from '../../../base/ctype.js';
import { FilesAround } from '../../../graph/sight/around-header.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { argumentsAt, type SleepPoint } from '../../../graph/events/sleep.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import { ZERO } from '../../../summaries/facts/fact.js';

/**
 * Whether a call surely sleeps because of how its object was made: the file makes objects of that kind, or, if it makes
 * none, the files that share the record in which it keeps the object do, and all with functions whose objects sleep when
 * they are accessed.
 */
export function isMadeToSleep(around: Surroundings, point: SleepPoint): boolean {
  const kind = around.models.api(point.api)?.asMade;
  if (kind === undefined) return false;
  const own = makersIn(around, [point.site.fn.file], kind);
  const makers = own.length > 0 ? own : makersIn(around, filesOfRecord(around, point), kind);
  return makers.length > 0 && makers.every(({ sleeps }) => sleeps);
}

/** The functions of these files that make objects of a kind. */
function makersIn(
  { models, program }: Surroundings,
  files: readonly string[],
  kind: string,
): readonly { readonly sleeps: boolean }[] {
  return files
    .flatMap((file) => program.outline(file)?.functions ?? [])
    .flatMap(({ calls }) => calls.map((name) => models.makes(name)))
    .flatMap((made) => (made?.kind === kind ? [{ sleeps: made.sleeps }] : []));
}

/** The files that can see the record whose member the accessed object is: those around a private header. */
function filesOfRecord(around: Surroundings, point: SleepPoint): readonly string[] {
  const { program } = around;
  const { file } = point.site.fn;
  const [object] = argumentsAt(around, point);
  if (object?.k !== 'field') return [];
  const tag = baseOf(program.expand(object.base.type, file)).replace(/^(?:struct|union) /, '');
  const declared = program.resolveRecord(tag, file)?.file;
  return (declared === undefined ? undefined : new FilesAround(program).of(declared)) ?? [];
}

/** Whether the path has found the member set that makes a mutex of a spinlock. */
export function isMutexHere(member: string | undefined, { facts }: Arrived): boolean {
  if (member === undefined) return false;
  for (const { term, fact } of facts.known())
    if (term.k === 'field' && term.name === member && (fact.signs & ZERO) === 0) return true;
  return false;
}
