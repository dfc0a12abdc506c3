/*
 * Keys for commands of VS Code's own that the tests run all the time: its list of all commands takes half a second of
 * processor time to open and to filter. Commands of the extension have none here, and are taken from that list as a user does.
 */

const COMMANDS: Readonly<Record<string, string>> = {
  'File: Save All Files': 'workbench.action.files.saveFiles',
  'Notifications: Clear All Notifications': 'notifications.clearAll',
  'Notifications: Hide Notifications': 'notifications.hideList',
  'Notifications: Show Notifications': 'notifications.showList',
  'Problems: Focus on Problems View': 'workbench.panel.markers.view.focus',
  'View: Close All Editors': 'workbench.action.closeAllEditors',
  'View: Focus Active Editor Group': 'workbench.action.focusActiveEditorGroup',
};
const TITLES = Object.keys(COMMANDS);

/** The key of a command by its title, as Playwright presses it. */
export function keyOf(title: string): string | undefined {
  const index = TITLES.indexOf(title);
  return index < 0 ? undefined : `Control+Alt+Shift+F${index + 1}`;
}

/** What VS Code reads from keybindings.json. */
export const KEYBINDINGS = TITLES.map((title) => ({
  key: (keyOf(title) ?? '').replace('Control', 'Ctrl').toLowerCase(),
  command: COMMANDS[title],
}));
