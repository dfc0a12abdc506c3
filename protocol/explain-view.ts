/** Messages between the window of an explanation and the extension. */

/** From the page. */
export type ExplainPageMessage =
  | { readonly type: 'open'; readonly uri: string; readonly line: number; readonly character: number }
  | { readonly type: 'rule' }
  | { readonly type: 'copy' }
  | { readonly type: 'fix'; readonly title: string }
  | { readonly type: 'suppress'; readonly where: 'comment' | 'config' };

/** To the page. */
export type ExplainPageInput = ExplainPageNote | ExplainPageState;

/** The result of the last click, for a status line that screen readers announce. */
export interface ExplainPageNote {
  readonly type: 'note';
  readonly text: string;
}

/** Whether the finding is gone: its actions do nothing then. */
export interface ExplainPageState {
  readonly type: 'state';
  readonly isGone: boolean;
}
