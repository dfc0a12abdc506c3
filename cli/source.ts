import type { SourceLine } from '../analysis/report/formats/text.js';
import type { Project } from '../host/node/project.js';

/** Returns lines of the project's files; reads each file once. */
export function sourceLines(project: Project): SourceLine {
  const files = new Map<string, readonly string[]>();
  return (file, line) => {
    let lines = files.get(file);
    if (!lines) {
      const content = project.read(file);
      lines = 'text' in content ? content.text.split(/\r?\n/) : [];
      files.set(file, lines);
    }
    return lines[line - 1];
  };
}
