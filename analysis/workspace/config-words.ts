/** A mistake in the settings: an issue of the validator, or one of ours with nothing but a message. */
export interface PlacedError {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string | undefined;
  /** The unknown keys. */
  readonly keys?: readonly string[];
  /** The only values that are allowed. */
  readonly values?: readonly unknown[];
  /** The type or bound that the value lacks. */
  readonly expected?: string;
  readonly origin?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  /** Of a value with several forms: what each of them lacks. */
  readonly errors?: readonly (readonly PlacedError[])[];
  /** Of a value with several forms: the values of the key that tells them apart. */
  readonly options?: readonly unknown[];
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

/** What is wrong, in words that follow the place; an unknown key of `rules` is a rule. */
export function inWords(error: PlacedError): string {
  const { path, message, code, keys = [], values = [], errors = [], options = [] } = error;
  switch (code) {
    case 'unrecognized_keys': {
      const noun = path.at(-1) === 'rules' ? 'rule' : 'key';
      return `unknown ${noun}${keys.length > 1 ? 's' : ''} ${keys.map((key) => `“${key}”`).join(', ')}`;
    }
    case 'invalid_value':
      return mustBe(values);
    case 'invalid_type':
      return ofType(error);
    case 'too_small':
      return error.origin === 'string' ? 'must not be empty' : `must be at least ${error.minimum}`;
    case 'too_big':
      return `must be at most ${error.maximum}`;
    case 'invalid_union':
      return options.length > 0 ? mustBe(options) : ofForms(errors);
    default:
      return message;
  }
}

function mustBe(values: readonly unknown[]): string {
  return `must be ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
}

function ofType({ expected = '', message }: PlacedError): string {
  const [, received = ''] = /, received (\w+)$/.exec(message) ?? [];
  if (received === 'undefined') return 'is missing';
  const wanted = `must be ${TYPES[expected] ?? expected}`;
  // A number that is not whole is a number, too.
  return expected === 'int' && received === 'number'
    ? wanted
    : `${wanted}, not ${TYPES[received] ?? received}`;
}

/** A value that has none of its forms; a form that it nearly has tells more than the others. */
function ofForms(forms: readonly (readonly PlacedError[])[]): string {
  const near = forms.find((errors) => errors.length > 0 && errors.every(({ path }) => path.length > 0));
  const shown = (errors: readonly PlacedError[]): string[] =>
    errors.map((each) => [each.path.join('.'), inWords(each)].filter((part) => part !== '').join(': '));
  return near === undefined
    ? [...new Set(forms.flatMap(shown))]
        .map((text, at) => (at > 0 ? text.replace(/^must be /, '') : text))
        .join(', or ')
    : shown(near).join(', ');
}
