/**
 * Runs in the page before its own code: virtual readers at USBDevice level in place of `navigator.usb`, and a hand on them for the
 * journey. A page of its own holds its reader and loses it when it is loaded anew. The page `/desk` holds readers that outlive the
 * pages it opens: tabs over the same readers, which may be closed and loaded anew as at a real counter.
 */
import {
  parseCardImage,
  practiceCards,
  practiceUsb,
  virtualReader,
  type Fault,
  type ReaderProfileName,
  type VirtualCard,
  type VirtualReader,
} from '#simulator';

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

/** Readers by a name of the journey's own. */
export type DeskReaders = Readonly<Record<string, { readonly profile: ReaderProfileName; readonly permitted?: boolean; readonly plugged?: boolean }>>;

export interface DeskRoom {
  readonly readers: Readonly<Record<string, VirtualReader>>;
  readonly cards: ReadonlyMap<string, VirtualCard>;
  insert(reader: string, card: string, slot?: number): Promise<void>;
  /** The document of a tab goes: a moment later, after what it said in its last breath, its handles are closed. */
  closeHandlesOf(usb: ReturnType<typeof practiceUsb>): void;
}

declare global {
  interface Window {
    rehearsal: Rehearsal;
    rehearsalOptions?: RehearsalOptions;
    deskReaders?: DeskReaders;
    desk: DeskRoom;
    /** Of a tab at the desk: sees the same readers as the others. */
    tabUsb: ReturnType<typeof practiceUsb>;
  }
}

async function cardOf(tray: Map<string, VirtualCard>, name: string, put: (card: Parameters<VirtualReader['insertCard']>[0]) => VirtualCard): Promise<void> {
  const known = tray.get(name);
  const image = known ?? (await practiceCards.find((card) => card.name === name)?.load());
  if (image === undefined) throw new Error(`no card ${name}`);
  tray.set(name, put(image));
}

function openDesk(wanted: DeskReaders): DeskRoom {
  const readers = Object.fromEntries(
    Object.entries(wanted).map(([name, { profile, permitted = true, plugged = true }]) => {
      const reader = virtualReader({ profile, permitted });
      if (!plugged) reader.unplug();
      return [name, reader];
    }),
  );
  const cards = new Map<string, VirtualCard>();
  return {
    readers,
    cards,
    insert: (reader, card, slot) =>
      cardOf(cards, card, (image) => {
        const at = readers[reader];
        if (at === undefined) throw new Error(`no reader ${reader}`);
        return at.insertCard(image, slot);
      }),
    closeHandlesOf: (usb) => void setTimeout(() => usb.leave(), 0),
  };
}

function openTab(desk: DeskRoom): void {
  const usb = practiceUsb(...Object.values(desk.readers));
  window.tabUsb = usb;
  Object.defineProperty(navigator, 'usb', { value: usb, configurable: true });
  addEventListener('pagehide', () => desk.closeHandlesOf(usb));
}

function openOwnReader({ profile = 'practice', permitted = false, faults = [] }: RehearsalOptions): void {
  const reader = virtualReader({ profile, permitted });
  for (const fault of faults) reader.faults.add(fault);
  const tray = new Map<string, VirtualCard>();
  window.rehearsal = {
    reader,
    insert: (name) => cardOf(tray, name, (image) => reader.insertCard(image)),
    insertText: (text) => void reader.insertCard(parseCardImage(text)),
    verifyCount: () => reader.cardLog.filter((command) => command.ins === 0x20 && command.dataLength > 0).length,
  };
  Object.defineProperty(navigator, 'usb', { value: reader.usb, configurable: true });
}

// The opener of a tab at the desk is the desk. A tab is born on an empty page, whose window the first page of the origin takes over, and
// is then led to the counter: only there it has its readers.
const opener = window.opener as Window | null;
const isBorn = location.protocol === 'about:' || location.pathname === '/desk';
if (opener !== null) {
  if (!isBorn) openTab(opener.desk);
} else if (location.pathname === '/desk' && window.deskReaders !== undefined) {
  window.desk = openDesk(window.deskReaders);
} else {
  openOwnReader(window.rehearsalOptions ?? {});
}
