/**
 * The blocks of ISO/IEC 14443-4 §7.1: PCB, CID if one was given, INF. Without CRC, which the reader adds and removes.
 * An answer that is no block of ours is a value, not a fault: the protocol has rules for it (§7.5).
 * Refused: NAD, a CID that was not given, INF where none may be, more than FSD allows, every other PCB (S(PARAMETERS) too).
 */
import { concatBytes, type Bytes } from '#bytes';
import { MAXIMUM_FRAME_SIZE } from './parameters.ts';

export type BlockNumber = 0 | 1;

export type Block =
  /** I-block; `more` = chaining, more follows. */
  | { readonly kind: 'information'; readonly number: BlockNumber; readonly more: boolean; readonly information: Bytes }
  /** R(ACK) */
  | { readonly kind: 'acknowledge'; readonly number: BlockNumber }
  /** R(NAK), sent by the host only. */
  | { readonly kind: 'notAcknowledge'; readonly number: BlockNumber }
  /** S(WTX); `multiplier` = WTXM, 1 to 59 if the card keeps the rules. */
  | { readonly kind: 'extendTime'; readonly multiplier: number }
  | { readonly kind: 'deselect' };

export type InvalidReason = 'empty' | 'tooLong' | 'unknownControlByte' | 'nodeAddress' | 'foreignCid' | 'wrongLength';
export interface InvalidBlock {
  readonly kind: 'invalid';
  readonly reason: InvalidReason;
}

const CRC_LENGTH = 2;
/** FSD 256 without the CRC: 253 bytes of INF. */
const MAXIMUM_BLOCK_LENGTH = MAXIMUM_FRAME_SIZE - CRC_LENGTH;

const pcb = {
  information: 0x02,
  acknowledge: 0xa2,
  notAcknowledge: 0xb2,
  deselect: 0xc2,
  extendTime: 0xf2,
  more: 0x10,
  hasCid: 0x08,
  hasNodeAddress: 0x04,
  number: 0x01,
} as const;

/** Which kind a PCB is, by the bits that tell it. */
const kinds = [
  { kind: 'information', mask: 0xe2, value: pcb.information },
  { kind: 'acknowledge', mask: 0xf6, value: pcb.acknowledge },
  { kind: 'notAcknowledge', mask: 0xf6, value: pcb.notAcknowledge },
  { kind: 'deselect', mask: 0xf7, value: pcb.deselect },
  { kind: 'extendTime', mask: 0xf7, value: pcb.extendTime },
] as const;

/** A fresh array: whoever sends a secret wipes it. With `cid` 0 the block carries none. */
export function encodeBlock(block: Block, cid: number): Bytes {
  const control = controlByte(block);
  const prologue = cid === 0 ? Uint8Array.of(control) : Uint8Array.of(control | pcb.hasCid, cid);
  if (block.kind === 'information') return concatBytes(prologue, block.information);
  return block.kind === 'extendTime' ? concatBytes(prologue, Uint8Array.of(block.multiplier)) : prologue;
}

/** INF is a copy. */
export function decodeBlock(bytes: Bytes, cid: number): Block | InvalidBlock {
  const control = bytes[0];
  if (control === undefined) return invalid('empty');
  if (bytes.length > MAXIMUM_BLOCK_LENGTH) return invalid('tooLong');
  const kind = kinds.find(({ mask, value }) => (control & mask) === value)?.kind;
  if (kind === undefined) return invalid('unknownControlByte');
  if ((control & pcb.hasCid) === 0 ? cid !== 0 : !isOurCid(bytes[1], cid)) return invalid('foreignCid');
  return decodeKind(kind, control, bytes.slice(cid === 0 ? 1 : 2));
}

function decodeKind(kind: Block['kind'], control: number, information: Bytes): Block | InvalidBlock {
  const number = (control & pcb.number) === 0 ? 0 : 1;
  if (kind === 'information') {
    if ((control & pcb.hasNodeAddress) !== 0) return invalid('nodeAddress');
    return { kind, number, more: (control & pcb.more) !== 0, information };
  }
  const [extension] = information;
  if (information.length !== (kind === 'extendTime' ? 1 : 0)) return invalid('wrongLength');
  // The two bits above WTXM tell how strong the field is.
  if (extension !== undefined) return { kind: 'extendTime', multiplier: extension & 0x3f };
  return kind === 'acknowledge' || kind === 'notAcknowledge' ? { kind, number } : { kind: 'deselect' };
}

/** Bits 7–6 tell how strong the field is and change nothing; bits 5–4 are zero. With CID 0 none was given. */
function isOurCid(byte: number | undefined, cid: number): boolean {
  return cid !== 0 && byte !== undefined && (byte & 0x3f) === cid;
}

function controlByte(block: Block): number {
  switch (block.kind) {
    case 'information':
      return pcb.information | block.number | (block.more ? pcb.more : 0);
    case 'acknowledge':
    case 'notAcknowledge':
      return pcb[block.kind] | block.number;
    case 'extendTime':
    case 'deselect':
      return pcb[block.kind];
  }
}

function invalid(reason: InvalidReason): InvalidBlock {
  return { kind: 'invalid', reason };
}
