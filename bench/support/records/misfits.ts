import type { FunctionRecord } from '../../../analysis/models/records/record.js';
import type { Definition } from './definitions.js';

/** Facts that are the number of an argument, by role. `toldArg` counts the parameters of the handler instead. */
const ARGUMENT = /(?:^arg|(?<!told)Arg)$/;

/** An argument that calls may leave out: a macro of an older kernel ends before it. */
const OPTIONAL = 'definesScope.successArg';

interface Named {
  readonly fact: string;
  readonly index: number;
}

function argumentsOf(record: FunctionRecord): Named[] {
  const named: Named[] = [];
  for (const [role, facts] of Object.entries(record)) {
    if (role === 'value' && typeof facts === 'number') named.push({ fact: role, index: facts });
    if (typeof facts !== 'object' || facts === null || Array.isArray(facts)) continue;
    for (const [fact, value] of Object.entries(facts)) {
      if (ARGUMENT.test(fact) && typeof value === 'number')
        named.push({ fact: `${role}.${fact}`, index: value });
    }
  }
  return named.filter(({ index }) => index >= 0);
}

/** The property of a parameter's type that the fact requires; macros have none. */
function expected(fact: string): RegExp | undefined {
  if (fact.endsWith('gfpArg')) return /gfp_t|gfp|flags/;
  if (fact.endsWith('handlerArg') || fact.endsWith('threadArg'))
    return /\(\*|_t\b|_fn\b|_func\b|_handler\b|_cb\b|\bfn\b|func|callback/;
  return undefined;
}

/**
 * Why a record fits none of the definitions of its name; empty if it fits one. Several definitions belong to
 * architectures and configurations, and the record need describe only one.
 */
export function misfits(record: FunctionRecord, definitions: readonly Definition[]): readonly string[] {
  const withParameters = definitions.filter(({ parameters }) => parameters !== undefined);
  if (withParameters.length === 0) return [];
  const each = withParameters.map((definition) => misfitsOf(record, definition));
  return each.some((errors) => errors.length === 0) ? [] : (each[0] ?? []);
}

function misfitsOf(record: FunctionRecord, { kind, parameters = [], file, line }: Definition): string[] {
  const place = `${file}:${line}`;
  const isVariadic = parameters.at(-1)?.includes('...') === true;
  const errors = argumentsOf(record).flatMap(({ fact, index }) => {
    const parameter = parameters[index];
    if (parameter === undefined) {
      const isLeftOut = fact === OPTIONAL && index === parameters.length;
      return isVariadic || isLeftOut
        ? []
        : [`${fact} is ${index} of ${parameters.length} parameters at ${place}`];
    }
    const type = kind === 'function' ? expected(fact) : undefined;
    return type === undefined || type.test(parameter)
      ? []
      : [`${fact}: parameter '${parameter}' at ${place}`];
  });
  const facts = Object.values(record).find(
    (value): value is { argType: string; arg?: number } =>
      typeof value === 'object' && value !== null && 'argType' in value,
  );
  if (facts !== undefined && kind === 'function') {
    const parameter = parameters[facts.arg ?? 0] ?? '';
    if (!parameter.replace(/\bconst\b /g, '').startsWith(facts.argType)) {
      errors.push(`argType ${facts.argType}: parameter '${parameter}' at ${place}`);
    }
  }
  return errors;
}
