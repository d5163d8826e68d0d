/**
 * READ BINARY, ISO/IEC 7816-4 §11.3.3 (INS B0): of the current EF by 15-bit offset, or by short EF identifier at offset 0.
 * The length form follows Ne: 256 and less is short, more is extended. Not here: odd INS B1, offsets with a short identifier.
 */
import type { Bytes } from '#bytes';
import { ApduError } from './apdu-error.ts';
import type { CommandApdu } from './command-apdu.ts';
import { shortIdentifierByte } from './identifiers.ts';
import { LONGEST_SHORT_READ } from './read-lengths.ts';
import { unexpectedStatus, type ResponseApdu } from './response-apdu.ts';
import { statusWords } from './status-word.ts';

/** Largest offset P1-P2 can say. */
export const LARGEST_OFFSET = 0x7fff;

/** What one READ BINARY brought. Bytes that come with the end of the file belong to it; the last two steps have none. */
export interface ReadStep {
  /** `wrongLength` = `6700`: the card does not take this Le. */
  readonly step: 'data' | 'end' | 'notAllowed' | 'wrongLength';
  readonly bytes: Bytes;
}

export const readBinary = {
  /** @throws ApduError `CARD_FILE_TOO_LONG` when the offset has more than 15 bits. */
  build: (offset: number, length: number): CommandApdu => {
    if (offset > LARGEST_OFFSET) throw new ApduError({ code: 'CARD_FILE_TOO_LONG', message: 'READ BINARY reaches the first 32768 bytes', facts: { offset } });
    return { cla: 0x00, ins: 0xb0, p1: Math.floor(offset / 0x100), p2: offset % 0x100, ...expecting(length) };
  },
  parse: parseRead,
};

export const readBinaryByShortIdentifier = {
  /** @param form - `extended` for a length that would fit the short form too: to see whether the card answers it. */
  build: (shortEfIdentifier: number, length: number, form?: 'extended'): CommandApdu => ({
    cla: 0x00,
    ins: 0xb0,
    p1: shortIdentifierByte(shortEfIdentifier),
    p2: 0x00,
    ...expecting(length, form),
  }),
  parse: parseRead,
};

function expecting(length: number, form?: 'extended'): Pick<CommandApdu, 'le' | 'extended'> {
  return length > LONGEST_SHORT_READ || form === 'extended' ? { le: length, extended: true } : { le: length };
}

function parseRead({ data, statusWord }: ResponseApdu): ReadStep {
  switch (statusWord) {
    case statusWords.done:
      return { step: data.length > 0 ? 'data' : 'end', bytes: data };
    case statusWords.endOfFile:
    case statusWords.wrongOffset:
      return { step: 'end', bytes: data };
    case statusWords.securityStatusNotSatisfied:
      return { step: 'notAllowed', bytes: data };
    case statusWords.wrongLength:
      return { step: 'wrongLength', bytes: data };
    default:
      throw unexpectedStatus('READ BINARY', statusWord);
  }
}
