import * as vscode from 'vscode';

/** Prefix of the view types of our pages, as the editor reports them. */
const OWN = /\blockOrder\./;

/** The column for a page: that of another page of ours, else an existing group beside the code, else a new one. */
export function pageColumn(): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const others = all.filter((group) => group !== activeTabGroup);
  const own = others.find(({ tabs }) => tabs.some(isOwnPage));
  return (own ?? others.at(-1))?.viewColumn ?? vscode.ViewColumn.Beside;
}

/** The column for code opened from a page: a group that already shows code, never the page's own. */
export function codeColumn(page: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const others = vscode.window.tabGroups.all.filter(({ viewColumn }) => viewColumn !== page);
  const [first] = others;
  const withCode = others.find(({ activeTab }) => activeTab?.input instanceof vscode.TabInputText);
  return (withCode ?? first)?.viewColumn ?? vscode.ViewColumn.Beside;
}

function isOwnPage({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputWebview && OWN.test(input.viewType);
}
