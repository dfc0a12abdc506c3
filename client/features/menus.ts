import * as vscode from 'vscode';
import type { CodeActionMiddleware } from 'vscode-languageclient';

/** VS Code looks for its light bulb so many milliseconds after the cursor moved or a diagnostic changed. */
const LIGHT_BULB_MS = 250;
/** From a menu's answer until one for the light bulb is given, in milliseconds: the window may be busy. */
const SHOWN_MS = 1000;
/** What a cancellation needs from the window to here, in milliseconds. */
const ON_ITS_WAY_MS = 50;

/**
 * Keeps VS Code's light bulb from taking the menu of code actions that a key asked for. Three things happen to a menu
 * when VS Code looks for its light bulb at the same time; in each the key seems to do nothing:
 * - Both answers arrive at once, and VS Code throws the menu's away. The light bulb's is given later.
 * - The menu's answer is not there yet and is cancelled. It is asked for again. One menu asks several times: first at the
 *   cursor, and when there is no repair, behind each diagnostic of the line.
 * - Among spaces there is no light bulb, and the menu is cancelled even when its answer is on its way, of which nothing
 *   tells. There an answer is given when VS Code has looked.
 */
export function keepingMenus({ subscriptions }: vscode.ExtensionContext): CodeActionMiddleware {
  let menus = 0;
  let lightBulbs = 0;
  let shown: Promise<unknown> = Promise.resolve();
  let changed = Date.now();
  const change = (): void => void (changed = Date.now());
  subscriptions.push(
    vscode.languages.onDidChangeDiagnostics(change),
    vscode.window.onDidChangeTextEditorSelection(change),
    vscode.window.onDidChangeActiveTextEditor(change),
  );
  const hasLooked = async (): Promise<void> => {
    const due = changed + LIGHT_BULB_MS + ON_ITS_WAY_MS - Date.now();
    if (due <= 0) return;
    await pause(due);
    await hasLooked();
  };
  return {
    async provideCodeActions(document, range, context, token, next) {
      if (context.triggerKind !== vscode.CodeActionTriggerKind.Invoke) {
        lightBulbs += 1;
        const actions = await next(document, range, context, token);
        await shown;
        return actions;
      }
      const answer = async () => next(document, range, context, token);
      // A save and a command for one kind name what they want.
      if (context.only !== undefined) return answer();
      menus += 1;
      const asked = { menus, lightBulbs, version: document.version, cursor: selectionIn(document) };
      const answered = answer();
      const given = Promise.allSettled([answered]).then(() =>
        isAmongSpaces(document, range) ? hasLooked() : undefined,
      );
      shown = given.then(() => pause(SHOWN_MS));
      await given;
      // A hover over a diagnostic asks, too, and its reader closes it.
      const isOfCursor = range.isEmpty || lightBulbs > asked.lightBulbs;
      const isLast = asked.menus === menus && asked.version === document.version;
      const cursor = selectionIn(document);
      const isStill = cursor !== undefined && asked.cursor?.isEqual(cursor) === true;
      if (token.isCancellationRequested && isOfCursor && isLast && isStill && isOfMenu(range, cursor))
        void vscode.commands.executeCommand('editor.action.quickFix');
      return answered;
    },
  };
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Whether VS Code shows no light bulb at a cursor: in indentation, and between or behind spaces. */
function isAmongSpaces(document: vscode.TextDocument, { start, isEmpty }: vscode.Range): boolean {
  const { text } = document.lineAt(start.line);
  const around = text.slice(Math.max(0, start.character - 1), start.character + 1);
  return isEmpty && around.trim() === '';
}

/** The selection in the editor in front, if that shows the document. */
function selectionIn(document: vscode.TextDocument): vscode.Selection | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor?.document === document ? editor.selection : undefined;
}

/** Whether VS Code asks about a range for the menu at a cursor: about the selection, or a place in the cursor's line. */
function isOfMenu(range: vscode.Range, cursor: vscode.Selection): boolean {
  return range.isEqual(cursor) || (range.isEmpty && range.start.line === cursor.active.line);
}
