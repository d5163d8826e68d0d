/** Blocks of ISO/IEC 14443-4 §7.1 as the card reads them: PCB, CID, INF. NAD is never used here; a block that has one is none. */
import type { Bytes } from '#bytes';

export interface PiccBlock {
  readonly kind: 'information' | 'acknowledge' | 'notAcknowledge' | 'deselect' | 'waitingTime';
  /** Block number of I- and R-blocks. */
  readonly number: number | undefined;
  readonly more: boolean;
  readonly carriesCid: boolean;
  readonly inf: Bytes;
}

/** The block, or `undefined`: not one, or for another card. */
export function decodeBlock(frame: Bytes, assignedCid: number): PiccBlock | undefined {
  const [pcb, second] = frame;
  if (pcb === undefined) return undefined;
  const kind = kindOf(pcb);
  const carriesCid = (pcb & 0x08) !== 0;
  // Without a CID the frame is meant for the card that has CID 0 (§7.1.2.2).
  if (kind === undefined || (carriesCid ? second : 0) !== assignedCid) return undefined;
  const inf = frame.slice(carriesCid ? 2 : 1);
  if (inf.length !== infLengthOf(kind, inf)) return undefined;
  const number = kind === 'deselect' || kind === 'waitingTime' ? undefined : pcb & 0x01;
  return { kind, number, more: kind === 'information' && (pcb & 0x10) !== 0, carriesCid, inf };
}

/** The same block with the other number. S-blocks have none. */
export function otherNumber(block: Bytes): Bytes {
  const bytes = block.slice();
  const pcb = bytes[0];
  if (pcb !== undefined && (pcb & 0xc0) !== 0xc0) bytes[0] = pcb ^ 0x01;
  return bytes;
}

function kindOf(pcb: number): PiccBlock['kind'] | undefined {
  if ((pcb & 0xe6) === 0x02) return 'information';
  if ((pcb & 0xf6) === 0xa2) return 'acknowledge';
  if ((pcb & 0xf6) === 0xb2) return 'notAcknowledge';
  if ((pcb & 0xf7) === 0xc2) return 'deselect';
  return (pcb & 0xf7) === 0xf2 ? 'waitingTime' : undefined;
}

/** R-blocks and S(DESELECT) carry nothing, S(WTX) one byte. */
function infLengthOf(kind: PiccBlock['kind'], inf: Bytes): number {
  if (kind === 'information') return inf.length;
  return kind === 'waitingTime' ? 1 : 0;
}
