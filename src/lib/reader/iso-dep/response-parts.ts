/** The parts of a response that came in chained I-blocks, joined within limits. ISO/IEC 14443-4 §7.5. */
import { concatBytes, type Bytes } from '#bytes';
import { ReaderError } from '../reader-error.ts';
import type { Information } from './judge.ts';
import { violation } from './turn.ts';

/** Extended Le, and the status word. */
const MAXIMUM_RESPONSE_LENGTH = 65_538;
const STATUS_WORD_LENGTH = 2;
/** The longest response in parts of 13 bytes, the smallest frame there is, has 5,042. */
const MAXIMUM_PARTS = 6_000;

export class ResponseParts {
  readonly #parts: Bytes[] = [];
  #length = 0;

  /** @throws ReaderError `READER_BUDGET_EXCEEDED` */
  add({ information, more }: Information): void {
    this.#parts.push(information);
    this.#length += information.length;
    const goesNowhere = more && this.#parts.length >= MAXIMUM_PARTS;
    if (this.#length <= MAXIMUM_RESPONSE_LENGTH && !goesNowhere) return;
    const facts = { parts: this.#parts.length, length: this.#length };
    throw new ReaderError({ code: 'READER_BUDGET_EXCEEDED', message: 'A response without end', facts });
  }

  /** @throws ReaderError `READER_MALFORMED_MESSAGE` */
  join(): Bytes {
    if (this.#length < STATUS_WORD_LENGTH) throw violation('Response without a status word', { length: this.#length });
    return concatBytes(...this.#parts);
  }
}
