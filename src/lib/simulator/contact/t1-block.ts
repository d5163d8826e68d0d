/** Blocks of T=1 with LRC (ISO/IEC 7816-3 §11.3): NAD, PCB, LEN, INF, LRC. NAD 00 from the host; the card answers with its halves swapped. */
import { concatBytes, type Bytes } from '#bytes';

export interface T1Block {
  readonly nad: number;
  readonly pcb: number;
  readonly inf: Bytes;
}

/** Why a block is none: its check byte, or its form. */
export type T1Fault = 'check' | 'form';

export function decodeT1(bytes: Bytes): T1Block | T1Fault {
  const [nad, pcb, length] = bytes;
  if (nad === undefined || pcb === undefined || length === undefined) return 'form';
  if (bytes.reduce((sum, byte) => sum ^ byte, 0) !== 0) return 'check';
  if (length === 0xff || bytes.length !== length + 4) return 'form';
  return { nad, pcb, inf: bytes.slice(3, 3 + length) };
}

export function encodeT1({ nad, pcb, inf }: T1Block): Bytes {
  const body = concatBytes(Uint8Array.of((nad >> 4) + (nad % 0x10) * 0x10, pcb, inf.length), inf);
  return concatBytes(body, Uint8Array.of(body.reduce((sum, byte) => sum ^ byte, 0)));
}

/** The same block with the other number. S-blocks have none. */
export function otherT1Number(bytes: Bytes): Bytes {
  const block = bytes.slice();
  const pcb = block[1];
  const check = block.at(-1);
  if (pcb === undefined || check === undefined || pcb >= 0xc0) return block;
  const bit = pcb < 0x80 ? 0x40 : 0x10;
  block[1] = pcb ^ bit;
  block[block.length - 1] = check ^ bit;
  return block;
}
