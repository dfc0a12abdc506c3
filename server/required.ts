import { z } from 'zod';

/*
 * The required parameters of each method. All others may be missing or unknown, since clients may send more than
 * required.
 */

const uri = z.string();
const position = z.looseObject({ line: z.int(), character: z.int() });
const range = z.looseObject({ start: position, end: position });
const textDocument = z.looseObject({ uri });
const versioned = z.looseObject({ uri, version: z.int() });
const inDocument = z.looseObject({ textDocument });
const atPosition = z.looseObject({ textDocument, position });
const folders = z.array(z.looseObject({ uri }));
const place = z.looseObject({ uri, position });
const token = z.union([z.string(), z.int()]);

const BY_METHOD: Readonly<Record<string, z.ZodType>> = {
  initialize: z.looseObject({
    capabilities: z.looseObject({}),
    rootUri: uri.nullish(),
    workspaceFolders: folders.nullish(),
  }),
  'textDocument/didOpen': z.looseObject({
    textDocument: z.looseObject({ uri, languageId: z.string(), version: z.int(), text: z.string() }),
  }),
  'textDocument/didChange': z.looseObject({
    textDocument: versioned,
    contentChanges: z.array(z.looseObject({ text: z.string(), range: range.optional() })),
  }),
  'textDocument/didSave': inDocument,
  'textDocument/didClose': inDocument,
  'textDocument/codeLens': inDocument,
  'textDocument/diagnostic': z.looseObject({ textDocument, previousResultId: z.string().nullish() }),
  'textDocument/hover': atPosition,
  'textDocument/completion': atPosition,
  'textDocument/definition': atPosition,
  'textDocument/documentHighlight': atPosition,
  'textDocument/inlayHint': z.looseObject({ textDocument, range }),
  'textDocument/codeAction': z.looseObject({
    textDocument,
    range,
    context: z.looseObject({
      diagnostics: z.array(z.looseObject({ range })),
      only: z.array(z.string()).nullish(),
    }),
  }),
  'workspace/didChangeWatchedFiles': z.looseObject({ changes: z.array(z.looseObject({ uri })) }),
  'workspace/didChangeWorkspaceFolders': z.looseObject({
    event: z.looseObject({ added: folders, removed: folders }),
  }),
  'workspace/didChangeConfiguration': z.looseObject({}),
  '$/cancelRequest': z.looseObject({ id: token }),
  '$/progress': z.looseObject({ token }),
  '$/setTrace': z.looseObject({ value: z.string() }),
  'window/workDoneProgress/cancel': z.looseObject({ token }),
  'lockOrder/scanWorkspace': z
    .looseObject({ workDoneToken: token.nullish(), changed: z.boolean().nullish() })
    .nullish(),
  'lockOrder/pause': z.looseObject({ paused: z.boolean() }),
  'lockOrder/explain': z.looseObject({ uri, id: z.string().optional(), position: position.optional() }),
  'lockOrder/graph': z.looseObject({
    uri,
    position: position.optional(),
    around: z.string().optional(),
    depth: z.number().optional(),
  }),
  'lockOrder/why': z.looseObject({ uri, locks: z.tuple([z.string(), z.string()]) }),
  'lockOrder/model': z.looseObject({ uri, name: z.string() }),
  'lockOrder/counterparts': place,
  'lockOrder/reaches': place,
  'lockOrder/fixes': z.looseObject({ uri, id: z.string() }),
  'lockOrder/suppress': z.looseObject({
    uri,
    id: z.string(),
    where: z.enum(['comment', 'config']),
    reason: z.string(),
  }),
  'lockOrder/importEvidence': z.looseObject({ uris: z.array(uri) }),
};

/**
 * The first parameter of a method that is missing or has the wrong type, such as `position: …`; `undefined` if there is
 * none.
 */
export function problemOf(method: string, params: unknown): string | undefined {
  const schema = Object.hasOwn(BY_METHOD, method) ? BY_METHOD[method] : undefined;
  const issue = schema?.safeParse(params).error?.issues[0];
  return issue && `${issue.path.join('.') || 'params'}: ${issue.message}`;
}
