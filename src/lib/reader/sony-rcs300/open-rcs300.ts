/**
 * Sony RC-S300/S, RC-S300/P and RC-S660 over their vendor interface: escapes in CCID messages, transparent sessions of PC/SC part 3 §3.2,
 * Type B cards. The reader is asked for its firmware, and a session that survived a reload of the page is ended.
 * Not here: Type A, FeliCa, ISO/IEC 15693, and the CCID interface, which no page may claim.
 */
import { hex } from '#bytes';
import type { UsbPipe } from '#usb';
import { MessagePipe } from '../ccid/message-pipe.ts';
import type { CcidTimeouts } from '../ccid/timeouts.ts';
import { ContactlessReader } from '../contactless-reader.ts';
import { ContactlessSlot } from '../contactless-slot.ts';
import { ReaderError, type ReaderErrorCode } from '../reader-error.ts';
import type { Reader } from '../slot.ts';
import { splitStatusWord } from './answer.ts';
import { EscapeChannel } from './escape-channel.ts';
import { hintFor, rememberHint } from './hints.ts';
import { LargeTransferPipe } from './large-transfer-pipe.ts';
import { payloads } from './payloads.ts';
import { RcS300Finder } from './rcs300-finder.ts';
import { Sessions } from './sessions.ts';
import type { StrategyName } from './strategies/strategy.ts';
import { rcS300Timings } from './timings.ts';

const VENDOR_CLASS = 0xff;
const FIRMWARE_LENGTH = 18;
const SUCCESS = 0x9000;
/** Not the answer, but the reader is there. */
const answeredSomehow: readonly ReaderErrorCode[] = ['SLOT_BUSY', 'READER_REPORTED_ERROR'];

/** `auto` tries them in their order on the first card. */
export type RcS300Strategy = 'auto' | StrategyName;

export interface RcS300Options {
  readonly timeouts: CcidTimeouts;
  readonly strategy: RcS300Strategy;
}

/**
 * Leaves the pipe open when it throws: the caller closes it.
 * @throws ReaderError `READER_UNSUPPORTED` for another interface than the vendor's, `READER_TIMED_OUT`, `READER_LOST`
 */
export async function openRcS300(usbPipe: UsbPipe, { timeouts, strategy }: RcS300Options): Promise<Reader> {
  const { vendorId, productId, interfaceClass, interfaceNumber } = usbPipe.description;
  if (interfaceClass !== VENDOR_CLASS) {
    const facts = { vendorId, productId, interfaceNumber, interfaceClass };
    throw new ReaderError({ code: 'READER_UNSUPPORTED', message: 'Not the vendor interface', facts });
  }
  const pipe = new LargeTransferPipe(usbPipe);
  const messages = new MessagePipe(pipe, timeouts);
  const channel = new EscapeChannel(messages, rcS300Timings(timeouts));
  const firmware = await readFirmware(channel);
  const sessions = new Sessions(channel, () => {
    slot.lookSoon();
  });
  await sessions.end();
  const kind = { vendorId, productId, firmware };
  const finder = new RcS300Finder(
    { sessions, pipe, timeouts },
    {
      strategy,
      hint: hintFor(kind),
      onSettled: (settled) => {
        rememberHint(kind, settled);
      },
    },
  );
  const slot = new ContactlessSlot(finder, timeouts);
  const details = (): { strategy?: string; firmware?: string } => ({
    ...(finder.strategy === undefined ? {} : { strategy: finder.strategy }),
    ...(firmware === undefined ? {} : { firmware }),
  });
  return new ContactlessReader({ pipe, lost: messages.lost, slot, details, farewell: () => sessions.end(), closeMs: timeouts.closeMs });
}

/** Shown, and nothing depends on it: a reader that does not tell is used all the same. Silence twice is no reader. */
async function readFirmware(channel: EscapeChannel): Promise<string | undefined> {
  try {
    return await askFirmware(channel);
  } catch (error) {
    if (!isWorthAnotherTry(error)) throw error;
    return askFirmware(channel);
  }
}

/** @throws ReaderError when the reader is gone, silent or answers others */
async function askFirmware(channel: EscapeChannel): Promise<string | undefined> {
  try {
    const { body, statusWord } = splitStatusWord(await channel.escape({ bytes: payloads.firmware, secret: false }));
    return statusWord === SUCCESS && body.length === FIRMWARE_LENGTH ? hex(body) : undefined;
  } catch (error) {
    if (error instanceof ReaderError && answeredSomehow.includes(error.code)) return undefined;
    throw error;
  }
}

function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof ReaderError && error.code !== 'READER_LOST';
}
