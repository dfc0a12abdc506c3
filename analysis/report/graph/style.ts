/**
 * The style of a drawn graph: light or dark like the reader's screen in a file, the theme in an editor. Only
 * classes and variables, so that a page without inline styles can load it as a file.
 */
export const GRAPH_STYLE = `.lock-graph {
  --ink: var(--vscode-editor-foreground, #1f2328);
  --faint: var(--vscode-descriptionForeground, #59636e);
  --paper: var(--vscode-editor-background, #ffffff);
  --box: var(--vscode-editorWidget-background, #f6f8fa);
  --border: var(--vscode-contrastBorder, var(--vscode-editorWidget-border, #c8ced6));
  --line: var(--vscode-descriptionForeground, #8a94a0);
  --wrong: var(--vscode-editorError-foreground, #cf222e);
  --doubt: var(--vscode-editorWarning-foreground, #b5730a);
  --seen: var(--vscode-testing-iconPassed, #1a7f37);
  --focus: var(--vscode-focusBorder, #0969da);
  font-family: var(--vscode-editor-font-family, ui-monospace, 'DejaVu Sans Mono', Consolas, monospace);
}
@media (prefers-color-scheme: dark) {
  .lock-graph {
    --ink: var(--vscode-editor-foreground, #e6edf3);
    --faint: var(--vscode-descriptionForeground, #9198a1);
    --paper: var(--vscode-editor-background, #0d1117);
    --box: var(--vscode-editorWidget-background, #161b22);
    --border: var(--vscode-contrastBorder, var(--vscode-editorWidget-border, #3d444d));
    --line: var(--vscode-descriptionForeground, #7d8590);
    --wrong: var(--vscode-editorError-foreground, #f85149);
    --doubt: var(--vscode-editorWarning-foreground, #d29922);
    --seen: var(--vscode-testing-iconPassed, #3fb950);
    --focus: var(--vscode-focusBorder, #4493f8);
  }
}
.lock-graph .paper { fill: var(--paper); }
.lock-graph text { fill: var(--ink); font-size: 12px; }
.lock-graph .detail, .lock-graph .legend text, .lock-graph .heading { fill: var(--faint); font-size: 10px; }
.lock-graph .node rect { fill: var(--box); stroke: var(--border); }
.lock-graph .node.possible rect { stroke: var(--doubt); }
.lock-graph .node.reported rect { stroke: var(--wrong); stroke-width: 1.6; }
.lock-graph .node.centre rect { stroke: var(--focus); stroke-width: 2.5; }
.lock-graph .node.centre .name { font-weight: bold; }
.lock-graph .node.lonely rect { fill: transparent; stroke: none; }
.lock-graph .line { fill: none; stroke: var(--line); }
.lock-graph .head { fill: var(--line); }
.lock-graph .possible .line { stroke: var(--doubt); }
.lock-graph .possible .head { fill: var(--doubt); }
.lock-graph .reported .line { stroke: var(--wrong); }
.lock-graph .reported .head { fill: var(--wrong); }
.lock-graph .reach { fill: none; stroke: transparent; stroke-width: 11; }
.lock-graph .seen .mark { fill: var(--seen); stroke: var(--paper); }
.lock-graph .seen .tick { fill: none; stroke: var(--paper); stroke-width: 1.6; }
.lock-graph .not-seen .mark { fill: var(--paper); stroke: var(--faint); stroke-dasharray: 2 1.5; }
.lock-graph .edge:hover .line { stroke: var(--focus); }
.lock-graph .edge:hover .head { fill: var(--focus); }
.lock-graph .node:hover rect, .lock-graph .node.chosen rect { stroke: var(--focus); }
.lock-graph :focus { outline: none; }
.lock-graph .node:focus-visible rect { stroke: var(--focus); stroke-width: 3; }
.lock-graph .edge:focus-visible .line { stroke: var(--focus); stroke-width: 5; }
.lock-graph.choosing .edge:not(.chosen), .lock-graph.choosing .node:not(.chosen) { opacity: 0.25; }
`;
