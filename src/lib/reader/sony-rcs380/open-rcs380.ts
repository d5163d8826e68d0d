/**
 * Sony RC-S380/S and RC-S380/P over their own frames. Type B at 106 kbit/s, the block protocol on the host.
 * Not here: Type A, FeliCa, higher rates.
 */
import type { UsbPipe } from '#usb';
import type { CcidTimeouts } from '../ccid/timeouts.ts';
import { ContactlessReader } from '../contactless-reader.ts';
import { ContactlessSlot } from '../contactless-slot.ts';
import { ReaderError } from '../reader-error.ts';
import type { Reader } from '../slot.ts';
import { FrameLine } from './frame-line.ts';
import { Port100 } from './port100.ts';
import { RcS380Finder } from './rcs380-finder.ts';

/** The reader itself answers within this time [ms]. */
const SILENCE_MS = 1_500;
const MAXIMUM_TRIES = 2;

/**
 * Leaves the pipe open when it throws: the caller closes it.
 * @throws ReaderError whatever the first commands gave
 */
export async function openRcS380(pipe: UsbPipe, timeouts: CcidTimeouts): Promise<Reader> {
  const line = new FrameLine(pipe, timeouts.writeMs);
  const port100 = new Port100(line, Math.min(SILENCE_MS, timeouts.replyMs));
  await begin(port100);
  const firmware = await readFirmware(port100);
  const slot = new ContactlessSlot(new RcS380Finder(port100), timeouts);
  const details = (): { firmware?: string } => (firmware === undefined ? {} : { firmware });
  return new ContactlessReader({ pipe, lost: line.lost, slot, details, farewell: () => port100.stop(), closeMs: timeouts.closeMs });
}

/** A reader that another program left in the middle of something may need a second word. */
async function begin(port100: Port100): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await port100.begin();
      return;
    } catch (error) {
      if (tries === MAXIMUM_TRIES || isLost(error)) throw error;
    }
  }
}

/** Shown, and nothing depends on it. */
async function readFirmware(port100: Port100): Promise<string | undefined> {
  try {
    return await port100.firmware();
  } catch (error) {
    if (isLost(error)) throw error;
    return undefined;
  }
}

function isLost(error: unknown): boolean {
  return error instanceof ReaderError && error.code === 'READER_LOST';
}
