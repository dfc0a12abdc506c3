import * as vscode from 'vscode';
import { State } from 'vscode-languageclient';
import type { ExplainParams } from '../../../protocol/methods.js';
import type { Client } from '../../options.js';
import { isComplete, onStatus } from '../status.js';

/**
 * The lines that the editor marks as findings. A server that dies takes its diagnostics along: what it had marked counts
 * until the next one has read as much.
 */
export class Marks implements vscode.Disposable {
  /** The server knows everything that it will know without further edits. */
  isComplete = false;
  /** The server follows one that died, and does not know as much yet. */
  private isNext = false;
  private readonly known = new Map<string, readonly vscode.Range[]>();
  private readonly listening: readonly vscode.Disposable[];

  constructor(client: Client) {
    this.listening = [
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) return;
        this.isComplete = false;
        this.isNext = this.known.size > 0;
      }),
      onStatus(({ state }) => {
        this.isComplete = isComplete(state);
        if (!this.isComplete || !this.isNext) return;
        this.isNext = false;
        this.known.clear();
        for (const [uri] of vscode.languages.getDiagnostics()) this.note(uri);
      }),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (!this.isNext) for (const uri of uris) this.note(uri);
      }),
    ];
  }

  private note(uri: vscode.Uri): void {
    const ranges = rangesIn(uri);
    if (ranges.length > 0) this.known.set(uri.toString(), ranges);
    else this.known.delete(uri.toString());
  }

  /** Whether a finding is marked on the line of a position, which is where the server looks for one. */
  isMarked({ uri, position }: ExplainParams): boolean {
    return position !== undefined && hasLine(rangesIn(vscode.Uri.parse(uri)), position.line);
  }

  /** Whether one is, or was before the server died. */
  wasMarked(params: ExplainParams): boolean {
    const { uri, position } = params;
    const before = this.isNext ? (this.known.get(vscode.Uri.parse(uri).toString()) ?? []) : [];
    return this.isMarked(params) || (position !== undefined && hasLine(before, position.line));
  }

  dispose(): void {
    for (const each of this.listening) each.dispose();
  }
}

function rangesIn(uri: vscode.Uri): readonly vscode.Range[] {
  return vscode.languages
    .getDiagnostics(uri)
    .flatMap(({ source, range }) => (source === 'Lock Order' ? [range] : []));
}

function hasLine(ranges: readonly vscode.Range[], line: number): boolean {
  return ranges.some(({ start, end }) => start.line <= line && line <= end.line);
}
