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

/** How a page looks and what it runs, as text: a window of a busy editor may get files of its own a minute late. */
export interface PageParts {
  readonly style: string;
  readonly script: string;
}

/** The head of a page that loads nothing: its policy allows only the style here and the script with the nonce. */
export function headHtml({ style }: PageParts, nonce: string, title: string): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="${nonce}">${style}</style>
<title>${escape(title)}</title>`;
}

/** The script of a page, at the end of its body. */
export function scriptHtml({ script }: PageParts, nonce: string): string {
  // What ends the element in the middle of a string means the same with a backslash.
  const text = script.replace(/<(?=\/script|!--)/gi, '\\x3c');
  return `<script nonce="${nonce}">${text}</script>`;
}

export function newNonce(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
