import type * as vscode from 'vscode';

/** Escapes text for HTML elements and quoted attributes. */
export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes a sentence and marks what is code in it: calls, and the given names. */
export function prose(text: string, names: readonly string[] = []): string {
  const known = names
    .map((name) => escape(name).replace(/[^\w\s]/g, '\\$&'))
    .sort((a, b) => b.length - a.length);
  const parts = [...known, '[A-Za-z_]\\w*\\(\\)'].join('|');
  // Not behind an arrow, of which an entity is left.
  const code = new RegExp(`(?<![\\w.;])(?:${parts})(?![\\w-]|\\.\\w)`, 'g');
  return escape(text).replace(code, '<code>$&</code>');
}

/** The content security policy of a page that loads only its own style and the one script with the nonce. */
export function policyOf({ cspSource }: vscode.Webview, nonce: string): string {
  return `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'`;
}

export function newNonce(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
