/** The values of object `C0` (spec/browser-and-readers.md §6.6): error index, SW1, SW2. */
import { concatBytes, type Bytes } from '#bytes';

export type Result = readonly [number, number, number];

export const results = {
  done: [0x00, 0x90, 0x00],
  noAnswer: [0x02, 0x64, 0x01],
  /** Not published; the host must take any other `02 xx xx` for a damaged block. */
  garbled: [0x02, 0x6f, 0x01],
  refused: [0x01, 0x63, 0x01],
  malformed: [0x01, 0x64, 0x01],
  wrongLength: [0x01, 0x67, 0x00],
  notSupported: [0x01, 0x6a, 0x81],
  otherClient: [0x01, 0x69, 0x8a],
} as const satisfies Record<string, Result>;

export const READER_DONE = Uint8Array.of(0x90, 0x00);

/** The whole payload: `C0`, the objects, the reader's own status word. */
export function withResult(result: Result, ...objects: readonly Bytes[]): Bytes {
  return concatBytes(Uint8Array.of(0xc0, 0x03, ...result), ...objects, READER_DONE);
}
