import type { DecodedFile } from './api.js';

const BOM = [0xef, 0xbb, 0xbf] as const;
/** Maximum number of characters per call: the number of arguments is limited. */
const CHUNK = 0x8000;

/** Decodes UTF-8 if it is valid, otherwise Latin-1, which accepts any bytes. Without Node. */
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
