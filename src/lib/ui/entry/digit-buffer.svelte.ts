/**
 * Digits on their way from a hand to a `Secret`. They are bytes from the first key press, never a string that lives on, and never in the DOM:
 * screens see only the count. The buffer has its full length from the start, so no grown-out copy is left behind.
 */
import type { Bytes } from '#session';

const ZERO = 0x30;
/** FULLWIDTH DIGIT ZERO, U+FF10: what a Japanese keyboard gives with its input method on. */
const FULL_WIDTH_ZERO = 0xff10;

export class DigitBuffer {
  /** How many digits make it full. */
  readonly capacity: number;
  readonly #bytes: Bytes;
  #count = $state(0);

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#bytes = new Uint8Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.capacity;
  }

  /** Adds one digit, 0–9. @returns false when it is full: the digit is not taken. */
  push(digit: number): boolean {
    if (this.isFull || !Number.isInteger(digit) || digit < 0 || digit > 9) return false;
    this.#bytes[this.#count] = ZERO + digit;
    this.#count += 1;
    return true;
  }

  /** @returns false when there was nothing to take away. */
  eraseOne(): boolean {
    if (this.#count === 0) return false;
    this.#count -= 1;
    this.#bytes[this.#count] = 0;
    return true;
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#count = 0;
  }

  /** Lends the digits as ASCII bytes. The borrower keeps no reference to them. */
  lend<T>(borrower: (bytes: Bytes) => T): T {
    return borrower(this.#bytes.subarray(0, this.#count));
  }
}

/** The value of one typed character: ASCII or full-width digit; `undefined` for anything else. */
export function digitOf(character: string): number | undefined {
  const code = character.length === 1 ? character.charCodeAt(0) : -1;
  if (code >= ZERO && code <= ZERO + 9) return code - ZERO;
  if (code >= FULL_WIDTH_ZERO && code <= FULL_WIDTH_ZERO + 9) return code - FULL_WIDTH_ZERO;
  return undefined;
}

/**
 * The digits of a pasted text. Spaces and hyphens between them are passed over; anything else refuses the whole text,
 * so that a pasted address does not become half a PIN.
 */
export function pastedDigits(text: string): number[] | undefined {
  const digits: number[] = [];
  if (text.length > 64) return undefined;
  for (const character of text.trim()) {
    if (/[\s-]/u.test(character)) continue;
    const digit = digitOf(character);
    if (digit === undefined) return undefined;
    digits.push(digit);
  }
  return digits.length === 0 ? undefined : digits;
}
