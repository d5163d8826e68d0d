/** Runs in the page before its own code: a virtual reader at USBDevice level in place of `navigator.usb`, and a hand on it for the journey. */
import { parseCardImage, practiceCards, virtualReader, type Fault, type ReaderProfileName, type VirtualReader } from '#simulator';

export interface RehearsalOptions {
  readonly profile?: ReaderProfileName;
  /** Permission given on an earlier day. */
  readonly permitted?: boolean;
  readonly faults?: readonly Fault[];
}

export interface Rehearsal {
  readonly reader: VirtualReader;
  /** A bundled card by name; the same card with the same counters as long as the page lives. */
  insert(name: string): Promise<void>;
  insertText(image: string): void;
  verifyCount(): number;
}

declare global {
  interface Window {
    rehearsal: Rehearsal;
    rehearsalOptions?: RehearsalOptions;
  }
}

const { profile = 'practice', permitted = false, faults = [] } = window.rehearsalOptions ?? {};
const reader = virtualReader({ profile, permitted });
for (const fault of faults) reader.faults.add(fault);
const tray = new Map<string, ReturnType<VirtualReader['insertCard']>>();

window.rehearsal = {
  reader,
  async insert(name) {
    const known = tray.get(name);
    const image = await practiceCards.find((card) => card.name === name)?.load();
    if (image === undefined) throw new Error(`no card ${name}`);
    tray.set(name, reader.insertCard(known ?? image));
  },
  insertText: (text) => void reader.insertCard(parseCardImage(text)),
  verifyCount: () => reader.cardLog.filter((command) => command.ins === 0x20 && command.dataLength > 0).length,
};
Object.defineProperty(navigator, 'usb', { value: reader.usb, configurable: true });
