import * as vscode from 'vscode';
import type { CodeActionMiddleware } from 'vscode-languageclient';

/**
 * The delay, in milliseconds, after which VS Code looks for its light bulb when the cursor moved or a diagnostic
 * changed.
 */
const LIGHT_BULB_MS = 250;
/**
 * The interval, in milliseconds, between the answer for a menu and the next one for the light bulb: the window may be
 * busy.
 */
const SHOWN_MS = 1000;
/** The time, in milliseconds, that a cancellation takes from the window to the extension. */
const ON_ITS_WAY_MS = 50;
/** The time, in milliseconds, for which VS Code keeps its light bulb from replacing a menu that is not open yet. */
const PROTECTED_MS = 500;
/** With a longer round trip to the window, in milliseconds, an answer may come too late for that protection. */
const QUICK_MS = 150;

/**
 * Keeps VS Code's light bulb from cancelling the menu of code actions that a key opened. If VS Code looks for its light
 * bulb at the same time, one of three things happens to the menu; in each, the key seems to do nothing:
 * - Both answers arrive at once, and VS Code discards the menu's. The light bulb's answer is delayed.
 * - The menu's request is cancelled before its answer arrives. It is repeated. One menu sends several requests: first at
 *   the cursor, then, if there is no fix, behind each diagnostic of the line.
 * - Among spaces there is no light bulb, and VS Code cancels the menu even when its answer is on its way, without notice.
 *   There the answer is delayed until VS Code has looked.
 *
 * A busy window that looks for its light bulb may also discard an answer that is on its way. Nothing tells such a menu from
 * one that is open, and a key pressed while an open menu is drawn again goes to the text. Where a message takes long, the
 * answer is therefore delayed until the light bulb cannot replace it any more, and the menu is repeated if it was.
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
  const hasLooked = async (later = 0): Promise<void> => {
    const due = changed + LIGHT_BULB_MS + ON_ITS_WAY_MS + later - Date.now();
    if (due <= 0) return;
    await pause(due);
    await hasLooked(later);
  };
  const isSafe = async (): Promise<void> => {
    const start = Date.now();
    await vscode.commands.executeCommand('setContext', 'lockOrder.menus', menus);
    const way = Date.now() - start;
    if (way > QUICK_MS) await hasLooked(PROTECTED_MS + way);
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
      // A save or a command for one kind names the requested kind.
      if (context.only !== undefined) return answer();
      menus += 1;
      const asked = { menus, lightBulbs, version: document.version, cursor: selectionIn(document) };
      const answered = answer();
      const given = Promise.allSettled([answered]).then(() =>
        isAmongSpaces(document, range) ? hasLooked() : isSafe(),
      );
      shown = given.then(() => pause(SHOWN_MS));
      await given;
      // Hovering over a diagnostic also sends a request, and the user closes the hover.
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

/** The selection in the active editor, if it shows the document. */
function selectionIn(document: vscode.TextDocument): vscode.Selection | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor?.document === document ? editor.selection : undefined;
}

/** Whether VS Code requests a range for the menu at a cursor: the selection, or a place in the cursor's line. */
function isOfMenu(range: vscode.Range, cursor: vscode.Selection): boolean {
  return range.isEqual(cursor) || (range.isEmpty && range.start.line === cursor.active.line);
}
