import type { DecodedFile } from './api.js';

const BOM = [0xef, 0xbb, 0xbf] as const;
/** Beyond this many characters at once a call has too many arguments. */
const CHUNK = 0x8000;

/** UTF-8 where it is valid, else Latin-1, which every byte sequence is; without anything of Node. */
export function decodeText(bytes: Uint8Array): DecodedFile {
  if (bytes.includes(0)) return { skipped: 'not-text' };
  const bom = BOM.every((byte, index) => bytes[index] === byte);
  const body = bom ? bytes.subarray(BOM.length) : bytes;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    return { text, encoding: 'utf-8', bom };
  } catch {
    let text = '';
    for (let at = 0; at < body.length; at += CHUNK) {
      text += String.fromCharCode(...body.subarray(at, at + CHUNK));
    }
    return { text, encoding: 'latin-1', bom };
  }
}
