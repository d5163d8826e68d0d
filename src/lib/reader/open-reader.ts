/**
 * From a claimed interface to a reader with slots: Sony's by VID:PID, CCID by what the descriptors say.
 */
import type { HidPipe, ReaderPipe, SmartCardPipe, UsbPipe } from '#usb';
import { openCcidReader } from './ccid/ccid-reader.ts';
import { findFunctionalDescriptor } from './ccid/find-functional-descriptor.ts';
import { ccidTimeouts, type CcidTimeouts } from './ccid/timeouts.ts';
import { openHidBridge } from './hid-bridge/open-hid-bridge.ts';
import { ReaderError } from './reader-error.ts';
import type { Reader } from './slot.ts';
import { openSonyReader } from './open-sony-reader.ts';
import { openWebSmartCard } from './web-smart-card/open-web-smart-card.ts';
import type { RcS300Strategy } from './sony-rcs300/open-rcs300.ts';

export interface OpenReaderOptions {
  /** Waiting times other than the usual [ms]; for tests and the practice reader. */
  readonly timeouts?: Partial<CcidTimeouts>;
  /** How an RC-S300 is spoken to; `auto`, trying them in their order, unless told. */
  readonly rcS300Strategy?: RcS300Strategy;
}

/**
 * Opens the reader behind `pipe`. When it throws, the pipe is closed.
 * @throws ReaderError `READER_UNSUPPORTED` (facts vendorId, productId) where no driver fits, `READER_DESCRIPTOR_INVALID`,
 * `READER_LOST`, `READER_TIMED_OUT` when the reader does not answer even after a reset
 */
export async function openReader(pipe: ReaderPipe, options: OpenReaderOptions = {}): Promise<Reader> {
  const timeouts = { ...ccidTimeouts, ...options.timeouts };
  try {
    if (isOfSystem(pipe)) return await openWebSmartCard(pipe, timeouts);
    if (isHid(pipe)) return await openHidBridge(pipe, timeouts, randomChannel());
    const sony = openSonyReader(pipe, { timeouts, strategy: options.rcS300Strategy ?? 'auto' });
    if (sony !== undefined) return await sony;
    const { description } = pipe;
    const descriptor = findFunctionalDescriptor(description.configurationDescriptor, description);
    if (descriptor === undefined) throw noDriver(pipe);
    return await openCcidReader(pipe, descriptor, timeouts);
  } catch (error) {
    await pipe.close();
    throw error;
  }
}

function isOfSystem(pipe: ReaderPipe): pipe is SmartCardPipe {
  return 'context' in pipe;
}

function isHid(pipe: ReaderPipe): pipe is HidPipe {
  return 'sendReport' in pipe;
}

/** Not a secret: it keeps the conversations of two pages with one HID device apart. */
function randomChannel(): number {
  return Math.floor(Math.random() * 0x1_0000);
}

function noDriver({ description }: UsbPipe): ReaderError {
  const { vendorId, productId, interfaceNumber, interfaceClass } = description;
  return new ReaderError({
    code: 'READER_UNSUPPORTED',
    message: 'No CCID functional descriptor, and no other driver knows this reader',
    facts: { vendorId, productId, interfaceNumber, interfaceClass },
  });
}
