import type { ClientCapabilities } from 'vscode-languageserver/node';

/** Of an editor without features of its own. */
export const CAPABILITIES: ClientCapabilities = {
  textDocument: {
    publishDiagnostics: {
      versionSupport: true,
      relatedInformation: true,
      codeDescriptionSupport: true,
      dataSupport: true,
    },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } },
      isPreferredSupport: true,
    },
    hover: { contentFormat: ['markdown'] },
  },
  workspace: {
    workspaceEdit: {
      documentChanges: true,
      changeAnnotationSupport: {},
      resourceOperations: ['create'],
    },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceFolders: true,
    codeLens: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
  },
  window: { workDoneProgress: true },
};
