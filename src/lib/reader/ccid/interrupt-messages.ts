/**
 * Messages on the interrupt IN pipe: NotifySlotChange; HardwareError (over-current) is among what is ignored. CCID Rev 1.1 §6.3.
 * They are hints: what they say is confirmed with GetSlotStatus, so a message that cannot be read is ignored, not a fault.
 */
import type { Bytes } from '#bytes';
import * as P from 'micro-packed';

/** Two bits a slot, slot 0 in the low bits: bit 0 present, bit 1 changed. */
export const SlotChange = P.struct({ messageType: P.magic(P.U8, 0x50), slotStates: P.bytes(null) });

/** What one slot is said to be. `mayHaveChanged` is a reason to ask the reader, no more. */
export interface SlotNotice {
  readonly slot: number;
  readonly present: boolean | undefined;
  readonly mayHaveChanged: boolean;
}

/**
 * Reads one interrupt message for a reader with `slotCount` slots. Bits of slots that do not exist are ignored, and so are
 * empty, cut short and unknown messages.
 */
export function readNotices(message: Bytes, slotCount: number): SlotNotice[] {
  if (message[0] === 0x50) return slotChanges(message, slotCount);
  if (message[0] === 0x51) return hardwareError(message, slotCount);
  return [];
}

function slotChanges(message: Bytes, slotCount: number): SlotNotice[] {
  const notices: SlotNotice[] = [];
  const { slotStates } = SlotChange.decode(message);
  for (let slot = 0; slot < slotCount; slot++) {
    const states = slotStates[slot >> 2];
    if (states === undefined) break;
    const bits = states >> ((slot & 3) * 2);
    notices.push({ slot, present: (bits & 1) !== 0, mayHaveChanged: (bits & 2) !== 0 });
  }
  return notices;
}

function hardwareError(message: Bytes, slotCount: number): SlotNotice[] {
  const slot = message[1];
  return message.length >= 4 && slot !== undefined && slot < slotCount ? [{ slot, present: undefined, mayHaveChanged: true }] : [];
}
