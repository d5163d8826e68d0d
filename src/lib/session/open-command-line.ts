/** The same reception for the command line: a virtual reader with one card image on it, and a log in memory that ends with the process. */
import { openAuditLog, openMemoryStore } from '#audit';
import type { Mode } from '#trust';
import { readerDevicesOf } from '#usb';
import type { CardSession } from './card-session.ts';
import { platformTimers } from './platform-timers.ts';
import { openReception } from './reception.ts';
import { trainingMaterialOf } from './training-material.ts';

export interface CommandLineReception {
  readonly session: CardSession;
  close(): Promise<void>;
}

/**
 * @param options.imageText a `madoguchi-card-image/1` document
 * @throws SimulatorError CARD_IMAGE_INVALID
 */
export async function openCommandLineReception({ imageText, mode }: { readonly imageText: string; readonly mode: Mode }): Promise<CommandLineReception> {
  const { parseCardImage, virtualReader } = await import('#simulator');
  const image = parseCardImage(imageText);
  const log = await openAuditLog({ mode, store: openMemoryStore(), appBuild: __APP_BUILD__ });
  const training = mode === 'practice' ? trainingMaterialOf(image) : [];
  const session = openReception({
    devices: readerDevicesOf(virtualReader({ card: image }).usb),
    log,
    anchors: () => training,
    mode,
    appBuild: __APP_BUILD__,
    now: () => Date.now(),
    timers: platformTimers,
  });
  return {
    session,
    close: async () => {
      await session.close();
      await log.close();
    },
  };
}
