/** Test-side encoder of card-info files, written from card-info-applet §4 and sharing nothing with the parser. */
import { concatBytes, unhex, type Bytes } from '#bytes';

export interface DetailValues {
  readonly name: string;
  readonly address: string;
  readonly birthDate: string;
  readonly sex: string;
}

/** A data object; lengths from 128 on as `82 hh ll`, as the cards write them. */
export function object(tag: string, value: Uint8Array): Bytes {
  const length = value.length < 128 ? [value.length] : [0x82, Math.floor(value.length / 256), value.length % 256];
  return concatBytes(unhex(tag), Uint8Array.from(length), value);
}

/** DF22 … DF25. */
export function inner({ name, address, birthDate, sex }: DetailValues): Bytes[] {
  const utf8 = new TextEncoder();
  return [name, address, birthDate, sex].map((text, index) => object(`DF2${String(2 + index)}`, utf8.encode(text)));
}

/** Value of DF21 for `parts` behind it, counted from the first byte of the file; `spare` = how many more than four entries it has. */
export function offsets(headerLength: number, parts: readonly Bytes[], spare = 0): Bytes {
  const tableLength = 3 + 2 * (4 + spare);
  const starts = parts.map((_, index) => headerLength + tableLength + concatBytes(...parts.slice(0, index)).length);
  return Uint8Array.from(Array.from({ length: 4 + spare }, (_, index) => starts[index] ?? 0).flatMap((start) => [Math.floor(start / 256), start % 256]));
}

export function detailsFile(values: DetailValues): Bytes {
  const parts = inner(values);
  const length = 11 + concatBytes(...parts).length;
  return object('FF20', concatBytes(object('DF21', offsets(length < 128 ? 3 : 5, parts)), ...parts));
}

/** EF 0003 with these bytes. */
export function recordFile(otherDigest: Uint8Array, detailsDigest: Uint8Array, signature: Uint8Array): Bytes {
  return object('FF30', concatBytes(object('DF31', otherDigest), object('DF32', detailsDigest), object('DF33', signature)));
}

/** `9000033/001` as 16 bytes. */
export function keyId(number: string, generation: string): Bytes {
  const digits = (text: string): Bytes => Uint8Array.from(text, (digit) => digit.charCodeAt(0));
  return concatBytes(digits(number), unhex('0805'), digits(generation), unhex('00000000'));
}

/** The 297 bytes of 5F4E. */
export function certificateBody(issuer: Uint8Array, subject: Uint8Array, modulus: Uint8Array): Bytes {
  return concatBytes(issuer, subject, unhex('9003010001'), unhex('91820100'), modulus);
}

/** EF 0004 */
export function certificateFile(body: Uint8Array, signature: Uint8Array): Bytes {
  return object('7F21', concatBytes(object('5F4E', body), object('5F37', signature)));
}
