// What another extension for C has, in small: something to say about every word.
const vscode = require('vscode');

exports.activate = (context) => {
  const wordAt = (document, position) => {
    const range = document.getWordRangeAtPosition(position);
    return range && { range, text: document.getText(range) };
  };
  const occurrences = (document, word) =>
    [...document.getText().matchAll(new RegExp(`\\b${word}\\b`, 'g'))].map(({ index }) => {
      const start = document.positionAt(index);
      return new vscode.Range(start, start.translate(0, word.length));
    });
  const { languages } = vscode;
  context.subscriptions.push(
    languages.registerHoverProvider('c', {
      provideHover(document, position) {
        const word = wordAt(document, position);
        return word && new vscode.Hover(`neighbour: ${word.text}`, word.range);
      },
    }),
    languages.registerDocumentHighlightProvider('c', {
      provideDocumentHighlights(document, position) {
        const word = wordAt(document, position);
        return word && occurrences(document, word.text).map((range) => new vscode.DocumentHighlight(range));
      },
    }),
    languages.registerDefinitionProvider('c', {
      provideDefinition(document, position) {
        const word = wordAt(document, position);
        const [first] = word ? occurrences(document, word.text) : [];
        return first && new vscode.Location(document.uri, first);
      },
    }),
    languages.registerCompletionItemProvider('c', {
      provideCompletionItems: () => [new vscode.CompletionItem('neighbour_completion')],
    }),
  );
};
