/** Messages between the window of an explanation and the extension. */

/** From the page. */
export type ExplainPageMessage =
  | { readonly type: 'open'; readonly uri: string; readonly line: number; readonly character: number }
  | { readonly type: 'rule' }
  | { readonly type: 'copy' }
  | { readonly type: 'fix'; readonly title: string }
  | { readonly type: 'suppress'; readonly where: 'comment' | 'config' };

/** To the page: what the last click has come to, for a status line that is read out. */
export interface ExplainPageNote {
  readonly type: 'note';
  readonly text: string;
}
