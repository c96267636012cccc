import { EvaluationError } from '../errors.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const fail = (reason: string): EvaluationError =>
  new EvaluationError('ValueError', `failed to decode base64 data: ${reason}`);

/**
 * The bytes of a base64 text; characters outside the alphabet are skipped.
 * @throws EvaluationError (ValueError) for incomplete data
 * @parity CPython 3.11 binascii.a2b_base64 — same
 */
export const decodeBase64 = (text: string): Uint8Array => {
  if (/[^\0-\x7f]/.test(text)) throw fail('not ASCII');
  const bytes: number[] = [];
  let [pads, place, rest] = [0, 0, 0];
  for (const character of text) {
    if (character === '=') {
      if (place >= 2 && place + ++pads >= 4) return Uint8Array.from(bytes);
      continue;
    }
    const value = ALPHABET.indexOf(character);
    if (value < 0) continue;
    pads = 0;
    if (place > 0) bytes.push(((rest << (place * 2)) | (value >> (6 - place * 2))) & 0xff);
    rest = value;
    place = (place + 1) % 4;
  }
  if (place === 1) throw fail('one character is left over');
  if (place !== 0) throw fail('incorrect padding');
  return Uint8Array.from(bytes);
};
