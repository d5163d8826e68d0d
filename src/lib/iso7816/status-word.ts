/**
 * Status words: ISO/IEC 7816-4 §5.1.3, those the two applications are known or expected to answer.
 * What a word means depends on the command and is decided beside it (select.ts, read-binary.ts, verify.ts).
 */
export const statusWords = {
  done: 0x9000,
  /** Fewer bytes than Le were left; data may come with it. */
  endOfFile: 0x6282,
  /** SELECT: the application is locked (DF閉塞). */
  applicationLocked: 0x6283,
  /** VERIFY: failed, the counter is not told. */
  verificationFailed: 0x6300,
  /** VERIFY: none left. The words between this and 63CF tell the tries left. */
  noTriesLeft: 0x63c0,
  wrongLength: 0x6700,
  securityStatusNotSatisfied: 0x6982,
  authenticationBlocked: 0x6983,
  /** What real cards answer for a blocked credential. */
  referenceDataNotUsable: 0x6984,
  fileOrApplicationNotFound: 0x6a82,
  /** Offset at or past the end of the file. */
  wrongOffset: 0x6b00,
} as const;

/** SW1 of the two words below the command: xx bytes wait; the same command again with Le = xx. */
export const sw1 = { moreData: 0x61, wrongLe: 0x6c } as const;

/** Upper byte. */
export function sw1Of(statusWord: number): number {
  return statusWord >> 8;
}

/** The length in 61xx and 6Cxx: 00 stands for 256. */
export function lengthIn(statusWord: number): number {
  const length = statusWord % 0x100;
  return length === 0 ? 0x100 : length;
}
