/** The same reception for the command line: one of the virtual readers with a card image on it, and a log in memory that ends with the process. */
import { openAuditLog, openMemoryStore } from '#audit';
import type { Mode } from '#trust';
import { readerDevicesOf } from '#usb';
import type { CardSession } from './card-session.ts';
import { platformTimers } from './platform-timers.ts';
import { openReception } from './reception.ts';
import { SessionError } from './session-error.ts';
import { trainingMaterialOf } from './training-material.ts';

export interface CommandLineReception {
  readonly session: CardSession;
  /** What the link would have taken so far, by the reader's model [ms]. */
  readonly modelledMs: () => number;
  close(): Promise<void>;
}

export interface CommandLineOptions {
  /** A `madoguchi-card-image/1` document. */
  readonly imageText: string;
  readonly mode: Mode;
  /** One of `commandLineReaders()`. */
  readonly reader: string;
  /** Highest rate the card offers over the air [kbit/s], instead of what its image says. */
  readonly bitRates?: (typeof bitRates)[number] | undefined;
}

/** In the order of the simulator's indices. */
const bitRates = [106, 212, 424, 848] as const;
const rateIndices = [0, 1, 2, 3] as const;

/** The virtual readers by name. */
export async function commandLineReaders(): Promise<readonly string[]> {
  return Object.keys((await import('#simulator')).readerNames);
}

/**
 * @throws SimulatorError CARD_IMAGE_INVALID
 * @throws SessionError UNEXPECTED_FAULT when there is no virtual reader of that name
 */
export async function openCommandLineReception({ imageText, mode, reader: name, bitRates: highest }: CommandLineOptions): Promise<CommandLineReception> {
  const { parseCardImage, readerNames, virtualReader, withBitRates } = await import('#simulator');
  const profile = Object.entries(readerNames).find(([known]) => known === name)?.[1];
  if (profile === undefined) throw new SessionError({ code: 'UNEXPECTED_FAULT', message: 'No virtual reader of that name' });
  const parsed = parseCardImage(imageText);
  const image = highest === undefined ? parsed : withBitRates(parsed, rateIndices[bitRates.indexOf(highest)] ?? 0);
  const log = await openAuditLog({ mode, store: openMemoryStore(), appBuild: __APP_BUILD__ });
  const reader = virtualReader({ profile, card: image });
  const training = mode === 'practice' ? trainingMaterialOf(image) : [];
  const session = openReception({
    devices: readerDevicesOf(reader.usb, reader.hid, reader.smartCard),
    log,
    anchors: () => training,
    mode,
    appBuild: __APP_BUILD__,
    now: () => Date.now(),
    timers: platformTimers,
    // What will be sent is in the arguments: no count has to be seen before. Each is still asked for before its VERIFY.
    detectionOrder: 'licenceFirst',
  });
  return {
    session,
    modelledMs: () => reader.modelledMs,
    close: async () => {
      await session.close();
      await log.close();
    },
  };
}
