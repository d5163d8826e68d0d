/**
 * Readers of the operating system through the Web Smart Card API. There is no chooser: they are listed without a prompt, and the browser
 * asks the person when a card is connected to. Coming and going: the PC/SC pseudo reader `\\?PnP?\Notification`.
 */
import type { PermittedDevice } from './browser-devices-port.ts';
import { PipeEnd } from './pipe-end.ts';
import { UsbError } from './usb-error.ts';
import { ignore } from './waiting.ts';
import type { SmartCardPipe, WebSmartCard } from './web-smart-card.ts';

const PNP_NOTIFICATION = String.raw`\\?PnP?\Notification`;
/** Should the pseudo reader answer at once for ever. */
const PAUSE_MS = 1_000;
/** PC/SC does not tell VID:PID. */
const NOT_TOLD = 0;

export interface SmartCardDevices {
  /** Empty when there is no PC/SC service, or the page may not use it. */
  known(): Promise<PermittedDevice<SmartCardPipe>[]>;
  onPluggedIn(listener: (device: PermittedDevice<SmartCardPipe>) => void): () => void;
  onUnplugged(listener: () => void): () => void;
}

export function smartCardDevicesOf(smartCard: WebSmartCard): SmartCardDevices {
  const permitted = (readerName: string): PermittedDevice<SmartCardPipe> => ({
    key: `pcsc-${readerName}`,
    vendorId: NOT_TOLD,
    productId: NOT_TOLD,
    productName: readerName,
    open: () => openSmartCardPipe(smartCard, readerName),
  });
  return {
    known: async () => {
      try {
        return (await (await smartCard.establishContext()).listReaders()).map(permitted);
      } catch {
        return [];
      }
    },
    onPluggedIn: (listener) =>
      watch(smartCard, ({ come }) => {
        for (const name of come) listener(permitted(name));
      }),
    onUnplugged: (listener) =>
      watch(smartCard, ({ gone }) => {
        if (gone.length > 0) listener();
      }),
  };
}

async function openSmartCardPipe(smartCard: WebSmartCard, readerName: string): Promise<SmartCardPipe> {
  const description = { vendorId: NOT_TOLD, productId: NOT_TOLD, productName: readerName };
  try {
    const context = await smartCard.establishContext();
    const end = new PipeEnd();
    const close = (): Promise<void> => {
      end.end(new UsbError({ code: 'PIPE_CLOSED', message: 'The pipe was closed' }));
      return end.reached;
    };
    return { description, context, closed: end.reached, close };
  } catch (cause) {
    throw new UsbError({ code: 'ACCESS_DENIED', message: 'establishContext rejected', cause });
  }
}

/** Names that were not in the list before, and names that are not in it any more. */
interface ListChange {
  readonly come: readonly string[];
  readonly gone: readonly string[];
}

function watch(smartCard: WebSmartCard, tell: (change: ListChange) => void): () => void {
  const stop = new AbortController();
  void watchReaders(smartCard, stop.signal, tell).catch(ignore);
  return () => {
    stop.abort();
  };
}

/** Ends with the first fault: a service that is gone tells nobody of readers. */
async function watchReaders(smartCard: WebSmartCard, signal: AbortSignal, tell: (change: ListChange) => void): Promise<void> {
  const context = await smartCard.establishContext();
  let known = await context.listReaders();
  for (;;) {
    await context.getStatusChange([{ readerName: PNP_NOTIFICATION, currentState: {} }], { signal });
    const now = await context.listReaders();
    if (signal.aborted) return;
    const before = known;
    tell({ come: now.filter((name) => !before.includes(name)), gone: before.filter((name) => !now.includes(name)) });
    known = now;
    await pause(PAUSE_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
