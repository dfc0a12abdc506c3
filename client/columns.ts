import * as vscode from 'vscode';

/** How the type of a page of ours begins, wherever the editor tells of it. */
const OWN = /\blockOrder\./;

/** Where a page goes: to another page of ours, else to a group beside the code that is there, else to a new one. */
export function pageColumn(): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const others = all.filter((group) => group !== activeTabGroup);
  const own = others.find(({ tabs }) => tabs.some(isOwnPage));
  return (own ?? others.at(-1))?.viewColumn ?? vscode.ViewColumn.Beside;
}

/** Where code goes that is opened from a page: to a group that shows code already, never over the page. */
export function codeColumn(page: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const others = vscode.window.tabGroups.all.filter(({ viewColumn }) => viewColumn !== page);
  const [first] = others;
  const withCode = others.find(({ activeTab }) => activeTab?.input instanceof vscode.TabInputText);
  return (withCode ?? first)?.viewColumn ?? vscode.ViewColumn.Beside;
}

function isOwnPage({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputWebview && OWN.test(input.viewType);
}
