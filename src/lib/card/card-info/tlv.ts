/** BER-TLV of card-info files: the shared reader, with this room's fault. */
import { BytesError, readAllTlv, readTlv, type Bytes, type TlvObject } from '#bytes';
import { CardError } from '../card-error.ts';

/** Filler inside and behind objects: `FF` on cards seen, `00` tolerated. */
export function isFiller(byte: number): boolean {
  return byte === 0x00 || byte === 0xff;
}

/**
 * The outer object of a file.
 * @throws CardError `CARD_FILE_MALFORMED` on another tag or a bad length.
 */
export function readOuter(file: Bytes, tag: number): TlvObject {
  const outer = refusing(() => readTlv(file));
  if (outer.tag !== tag) throw malformed('another outer tag', { tag: outer.tag });
  return outer;
}

/** The objects inside a value, to filler or to its end. @throws CardError `CARD_FILE_MALFORMED` */
export function readInner(value: Bytes): TlvObject[] {
  return refusing(() => readAllTlv(value, { isFiller }));
}

/**
 * Length of the whole outer object as its header claims; `undefined` while the header is incomplete or of another form.
 * Offsets: two tag bytes, then the length.
 */
export function claimedLength(received: Bytes): number | undefined {
  const [, , first, second, third] = received;
  if (first === undefined) return undefined;
  if (first <= 0x7f) return 3 + first;
  if (first === 0x81) return second === undefined ? undefined : 4 + second;
  if (first === 0x82) return second === undefined || third === undefined ? undefined : 5 + second * 0x100 + third;
  return undefined;
}

export function malformed(what: string, facts: Readonly<Record<string, number>> = {}): CardError {
  return new CardError({ code: 'CARD_FILE_MALFORMED', message: `Card-info file: ${what}`, facts });
}

function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof BytesError)) throw cause;
    throw new CardError({ code: 'CARD_FILE_MALFORMED', message: 'Card-info file: not BER-TLV', cause, facts: cause.facts });
  }
}
