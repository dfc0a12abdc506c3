/**
 * The part of SARIF 2.1.0 that the report uses, as a JSON schema in our own words: the required members, the
 * ranges and the lists that may not be empty, and nothing besides. The official schema comes with no package that
 * is installed, so it cannot be used in a test.
 */
const text = { type: 'string', minLength: 1 };
const position = { type: 'integer', minimum: 1 };
const list = (items: object, minItems = 0): object => ({ type: 'array', items, minItems });
const object = (properties: object, required: readonly string[] = Object.keys(properties)): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const message = object({ text });
const uri = { type: 'string', pattern: "^[A-Za-z0-9._~%!$&'()*+,;=:@/-]+$" };
const artifactLocation = object({ uri, uriBaseId: text });
const region = object({
  startLine: position,
  startColumn: position,
  endLine: position,
  endColumn: position,
});
const location = object(
  {
    id: { type: 'integer', minimum: -1 },
    physicalLocation: object({ artifactLocation, region }),
    logicalLocations: { ...list(object({ name: text, kind: { enum: ['function'] } })), uniqueItems: true },
    message,
  },
  ['physicalLocation'],
);
const replacement = object({ deletedRegion: region, insertedContent: object({ text: { type: 'string' } }) });
const result = object(
  {
    ruleId: text,
    ruleIndex: { type: 'integer', minimum: 0 },
    level: { enum: ['none', 'note', 'warning', 'error'] },
    message,
    locations: list(location, 1),
    codeFlows: list(object({ threadFlows: list(object({ locations: list(object({ location }), 1) }), 1) })),
    fixes: list(
      object({
        description: message,
        artifactChanges: {
          ...list(object({ artifactLocation, replacements: list(replacement, 1) }), 1),
          uniqueItems: true,
        },
      }),
    ),
    relatedLocations: { ...list(location), uniqueItems: true },
    partialFingerprints: { type: 'object', additionalProperties: text },
    properties: { type: 'object' },
  },
  ['message', 'ruleId', 'locations', 'partialFingerprints'],
);
const notification = object({ level: { enum: ['none', 'note', 'warning', 'error'] }, message });

export const sarifSubset = object({
  $schema: { type: 'string', format: 'uri' },
  version: { const: '2.1.0' },
  runs: list(
    object(
      {
        tool: object({
          driver: object({
            name: text,
            version: text,
            rules: {
              ...list(object({ id: text, shortDescription: message })),
              uniqueItems: true,
            },
          }),
        }),
        columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
        results: list(result),
        invocations: list(
          object({
            executionSuccessful: { type: 'boolean' },
            toolExecutionNotifications: list(notification),
          }),
        ),
        properties: { type: 'object' },
      },
      ['tool', 'results', 'columnKind', 'invocations'],
    ),
    1,
  ),
});
