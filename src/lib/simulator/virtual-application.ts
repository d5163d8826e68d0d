/**
 * One application of a virtual card: its files, its credentials and their counters (ISO/IEC 7816-4 §11.3.3 READ BINARY, §11.5.6 VERIFY).
 * Counters live as long as this object; what is verified and which EF is current live as long as the selection.
 */
import { concatBytes, equalBytes, type Bytes } from '#bytes';
import type { ApplicationImage, CardBehaviour } from './card-image.ts';
import type { CommandApdu } from './command-apdu.ts';

export const statusWords = {
  done: 0x9000,
  wrongLength: 0x6700,
  channelNotSupported: 0x6881,
  notForThisFile: 0x6981,
  securityStatus: 0x6982,
  blocked: 0x6984,
  conditions: 0x6985,
  noCurrentFile: 0x6986,
  notFound: 0x6a82,
  wrongParameters: 0x6a86,
  instructionNotSupported: 0x6d00,
  classNotSupported: 0x6e00,
} as const;

/** A response APDU before it is joined. */
export interface Answer {
  readonly data?: Bytes;
  readonly statusWord: number;
}

export interface CredentialState {
  readonly value: Bytes;
  readonly limit: number;
  remaining: number;
  /** VERIFY commands that carried reference data, right or wrong length alike. */
  verifyCount: number;
}

export class VirtualApplication {
  readonly image: ApplicationImage;
  readonly credentials: ReadonlyMap<number, CredentialState>;
  readonly #behaviour: CardBehaviour;
  readonly #verifiedQuery: 'tries' | '9000';
  readonly #verified = new Set<number>();
  #currentFile: number | undefined;

  constructor(image: ApplicationImage, behaviour: CardBehaviour, verifiedQuery: 'tries' | '9000') {
    this.image = image;
    this.#behaviour = behaviour;
    this.#verifiedQuery = verifiedQuery;
    this.credentials = new Map([...image.credentials].map(([id, credential]) => [id, { ...credential, verifyCount: 0 }]));
  }

  get currentFile(): number | undefined {
    return this.#currentFile;
  }

  isVerified(credential: number): boolean {
    return this.#verified.has(credential);
  }

  /** Selected anew, or deselected, or without power: nothing is verified, no EF is current. */
  forget(): void {
    this.#verified.clear();
    this.#currentFile = undefined;
  }

  /** SELECT, P1 = 02: an EF under the current DF. A failure leaves the current EF as it was. */
  selectFile({ p2, data, expectedLength }: CommandApdu): Answer {
    if (p2 !== 0x0c) return { statusWord: statusWords.wrongParameters };
    if (data.length !== 2 || expectedLength !== undefined) return { statusWord: statusWords.wrongLength };
    const id = new DataView(data.buffer).getUint16(0);
    if (!this.image.files.has(id) && !this.credentials.has(id)) return { statusWord: statusWords.notFound };
    this.#currentFile = id;
    return { statusWord: statusWords.done };
  }

  readBinary({ p1, p2, data, expectedLength }: CommandApdu): Answer {
    if (data.length > 0 || expectedLength === undefined) return { statusWord: statusWords.wrongLength };
    if ((p1 & 0x80) === 0) return this.#readFile(this.#currentFile, p1 * 0x100 + p2, expectedLength);
    const shortIdentifier = shortFileIdentifier(p1);
    if (shortIdentifier === undefined) return { statusWord: statusWords.wrongParameters };
    if (!this.image.files.has(shortIdentifier) && !this.credentials.has(shortIdentifier)) return { statusWord: statusWords.notFound };
    this.#currentFile = shortIdentifier;
    return this.#readFile(shortIdentifier, p2, expectedLength);
  }

  verify({ p1, p2, data, expectedLength }: CommandApdu): Answer {
    if (p1 !== 0 || (p2 & 0x80) === 0) return { statusWord: statusWords.wrongParameters };
    const id = p2 === 0x80 ? this.#currentFile : shortFileIdentifier(p2);
    if (id === undefined) return { statusWord: p2 === 0x80 ? statusWords.noCurrentFile : statusWords.wrongParameters };
    const credential = this.credentials.get(id);
    if (credential === undefined) return { statusWord: this.image.files.has(id) ? statusWords.notForThisFile : statusWords.notFound };
    if (expectedLength !== undefined) return { statusWord: statusWords.wrongLength };
    if (data.length === 0) return this.#queryTries(id, credential);
    credential.verifyCount++;
    return this.#compare(id, credential, data);
  }

  #queryTries(id: number, { remaining }: CredentialState): Answer {
    if (this.#verifiedQuery === '9000' && this.#verified.has(id)) return { statusWord: statusWords.done };
    return { statusWord: triesLeft(remaining) };
  }

  #compare(id: number, credential: CredentialState, data: Bytes): Answer {
    if (data.length !== credential.value.length) return { statusWord: statusWords.wrongLength };
    if (credential.remaining === 0) return { statusWord: statusWords.blocked };
    if (equalBytes(data, credential.value)) {
      credential.remaining = credential.limit;
      this.#verified.add(id);
      return { statusWord: statusWords.done };
    }
    credential.remaining--;
    this.#verified.delete(id);
    return { statusWord: triesLeft(credential.remaining) };
  }

  #readFile(id: number | undefined, offset: number, expectedLength: number): Answer {
    if (id === undefined) return { statusWord: statusWords.noCurrentFile };
    const file = this.image.files.get(id);
    if (file === undefined) return { statusWord: statusWords.notForThisFile };
    if (file.read.length > 0 && !file.read.some((key) => this.#verified.has(key))) return { statusWord: statusWords.securityStatus };
    const left = file.bytes.length - offset;
    const { endOfFile, maxRead } = this.#behaviour;
    if (left <= 0) return { statusWord: endOfFile };
    if (maxRead !== undefined && expectedLength > maxRead) return { statusWord: 0x6c00 + Math.min(maxRead, left) };
    const crossesEnd = expectedLength > left && endOfFile === 0x6282;
    return { data: file.bytes.slice(offset, offset + expectedLength), statusWord: crossesEnd ? 0x6282 : statusWords.done };
  }
}

/** Data and status word in one array. */
export function responseBytes({ data, statusWord }: Answer): Bytes {
  const trailer = new Uint8Array(2);
  new DataView(trailer.buffer).setUint16(0, statusWord);
  return data === undefined ? trailer : concatBytes(data, trailer);
}

function triesLeft(remaining: number): number {
  return 0x63c0 + remaining;
}

/** `100xxxxx` with 1–30 in the low bits; anything else is no short EF identifier. */
function shortFileIdentifier(parameter: number): number | undefined {
  const identifier = parameter - 0x80;
  return identifier >= 0x01 && identifier <= 0x1e ? identifier : undefined;
}
