/**
 * Keeps one read of the interrupt endpoint pending, always: some readers (Microchip SEC1100) report a wrong slot status while the
 * pipe is not drained. CCID Rev 1.1 §6.3.
 */
import { pause } from '../patience.ts';
import { readNotices, type SlotNotice } from './interrupt-messages.ts';
import type { MessagePipe } from './message-pipe.ts';

/** After so many messages at a stretch the page gets a turn: a reader may send a thousand a second. */
const MESSAGES_AT_A_STRETCH = 32;
const BREATH_MS = 10;

/** Runs until the endpoint or the device is gone; resolves then and never rejects. */
export async function pumpInterrupts(pipe: MessagePipe, slotCount: number, onNotice: (notice: SlotNotice) => void): Promise<void> {
  try {
    for (let messages = 1; ; messages++) {
      for (const notice of readNotices(await pipe.interruptIn(), slotCount)) onNotice(notice);
      if (messages % MESSAGES_AT_A_STRETCH === 0) await pause(BREATH_MS);
    }
  } catch {
    // The caller goes over to polling; if the reader is gone, `lost` says so.
  }
}
