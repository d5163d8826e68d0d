/** The hand on a virtual reader: card in, card out, cable in, cable out, faults on command, and what the host did. */
import { unhex } from '#bytes';
import type { CardImage } from './card-image.ts';
import type { FaultSchedule } from './faults.ts';
import type { HostileCase } from './hostile-cases.ts';
import { VirtualHid } from './hid/virtual-hid.ts';
import { ReaderHardware } from './reader-hardware.ts';
import { readerNames, readerProfiles, type ReaderName, type ReaderProfile, type ReaderProfileName } from './reader-profiles.ts';
import { SimulatorError } from './simulator-error.ts';
import { VirtualSmartCard } from './smart-card/virtual-smart-card.ts';
import { VirtualCard, type LoggedCommand } from './virtual-card.ts';
import type { LinkModel } from './link-clock.ts';
import type { LoggedMessage } from './usb-function.ts';
import { UsbPort } from './usb-port.ts';
import { VirtualUsb, type ReaderSeat } from './virtual-usb.ts';

export interface VirtualReaderOptions {
  /** `practice` by default; a profile by its name or by its name on the command line, or one of one's own. */
  readonly profile?: ReaderProfileName | ReaderName | ReaderProfile;
  readonly card?: CardImage | VirtualCard;
  /** Whether pages have been given permission before. True by default. */
  readonly permitted?: boolean;
  /** Whether the pages are an Isolated Web App that may claim protected classes (`usb-unrestricted`). False by default. */
  readonly unrestricted?: boolean;
  /** Whether the operating system has set the configuration already. True by default. */
  readonly configured?: boolean;
  /** What USB and card take on the link clock. */
  readonly linkModel?: LinkModel;
}

export interface VirtualReader {
  /** `navigator.usb` of the first page. */
  readonly usb: VirtualUsb;
  /** `navigator.hid` of the first page: empty unless the profile is a HID bridge. */
  readonly hid: VirtualHid;
  /** `navigator.smartCard`, when the profile has it. */
  readonly smartCard: VirtualSmartCard | undefined;
  openHidPage(): VirtualHid;
  /** A further page over the same reader: another tab, or the same one loaded anew. */
  openPage(): VirtualUsb;
  /** The card that is there; with several slots the first that has one. */
  readonly card: VirtualCard | undefined;
  /** Puts a card on. A `VirtualCard` keeps its counters from one time to the next; an image makes a new card. */
  insertCard(card: CardImage | VirtualCard, slot?: number): VirtualCard;
  removeCard(slot?: number): void;
  plugIn(): void;
  unplug(): void;
  readonly plugged: boolean;
  /**
   * The computer sleeps and wakes: all that is pending fails, the card has lost its power. `dead`: the open handles are of no use any
   * more, and nothing says so. A system that takes its devices away and brings them back is `unplug` and `plugIn`.
   */
  sleepAndWake(handles: 'kept' | 'dead'): void;
  readonly faults: FaultSchedule;
  /** Sets the faults of a case and sends what it sends of its own accord. */
  arm(hostileCase: HostileCase): void;
  /** A message out of the blue on bulk IN (hexadecimal). */
  sendBulk(bytes: string): void;
  /** A message on interrupt IN (hexadecimal). It replaces a notice that was not fetched. */
  sendInterrupt(bytes: string): void;
  /** Headers of the commands the present card has seen. */
  readonly cardLog: readonly LoggedCommand[];
  readonly messageLog: readonly LoggedMessage[];
  /** What the link would have taken so far, by the model of spec/ccid.md §16 [ms]. The same exchanges always give the same number. */
  readonly modelledMs: number;
  readonly unexpectedInput: readonly SimulatorError[];
  /** @throws SimulatorError `SIMULATOR_UNEXPECTED_INPUT`: the first thing the host should not have sent. */
  assertNoUnexpectedInput(): void;
  /** For `practiceUsb` and `usbPortOf`, and nobody else. */
  readonly seat: ReaderSeat;
}

/** A virtual reader, plugged in. */
export function virtualReader(options: VirtualReaderOptions = {}): VirtualReader {
  const { card } = options;
  const seat = seatOf(options);
  const { hardware } = seat;
  const usbSeats = hardware.profile.interfaces.length > 0 ? [seat] : [];
  const hidSeats = hardware.hid === undefined ? [] : [seat];
  const firstCard = (): VirtualCard | undefined => hardware.places.find((place) => place.card !== undefined)?.card;
  const reader: VirtualReader = {
    usb: new VirtualUsb(usbSeats),
    openPage: () => new VirtualUsb(usbSeats),
    hid: new VirtualHid(hidSeats),
    openHidPage: () => new VirtualHid(hidSeats),
    smartCard: hardware.profile.webSmartCard === true ? new VirtualSmartCard(hardware) : undefined,
    get card() {
      return firstCard();
    },
    insertCard: (inserted, slot = 0) => {
      const made = inserted instanceof VirtualCard ? inserted : new VirtualCard(inserted);
      hardware.places[slot]?.insert(made);
      return made;
    },
    removeCard: (slot = 0) => {
      hardware.places[slot]?.cancelTimers();
      hardware.places[slot]?.remove();
    },
    plugIn: () => hardware.plugIn(),
    unplug: () => hardware.unplug(),
    get plugged() {
      return hardware.plugged;
    },
    sleepAndWake: (handles) => hardware.wake(handles),
    faults: hardware.faults,
    arm: ({ faults, bulk = [], interrupt = [] }) => {
      hardware.faults.set(faults);
      for (const bytes of bulk) hardware.sendBulk(unhex(bytes));
      for (const bytes of interrupt) hardware.sendInterrupt(unhex(bytes));
    },
    sendBulk: (bytes) => hardware.sendBulk(unhex(bytes)),
    sendInterrupt: (bytes) => hardware.sendInterrupt(unhex(bytes)),
    get cardLog() {
      return firstCard()?.log ?? [];
    },
    get messageLog() {
      return hardware.main?.log ?? [];
    },
    get modelledMs() {
      return hardware.clock.modelledMs;
    },
    get unexpectedInput() {
      return hardware.unexpected;
    },
    assertNoUnexpectedInput: () => {
      const [first] = hardware.unexpected;
      if (first !== undefined) throw new SimulatorError({ code: first.code, message: first.message, facts: first.facts, cause: first });
    },
    seat,
  };
  if (card !== undefined) reader.insertCard(card);
  return reader;
}

function seatOf({ profile = 'practice', permitted = true, unrestricted = false, configured = true, linkModel }: VirtualReaderOptions): ReaderSeat {
  const hardware = new ReaderHardware(profileOf(profile), { configured, ...(linkModel === undefined ? {} : { linkModel }) });
  return { hardware, permitted, unrestricted };
}

/** `navigator.usb` of one page that sees several virtual readers. */
export function practiceUsb(...readers: readonly VirtualReader[]): VirtualUsb {
  return new VirtualUsb(readers.map(({ seat }) => seat));
}

/** The same reader below the browser: what a host controller has at the end of the cable. */
export function usbPortOf(reader: VirtualReader): UsbPort {
  return new UsbPort(reader.seat.hardware);
}

function profileOf(profile: ReaderProfileName | ReaderName | ReaderProfile): ReaderProfile {
  if (typeof profile !== 'string') return profile;
  return isReaderName(profile) ? readerProfiles[readerNames[profile]] : readerProfiles[profile];
}

function isReaderName(name: string): name is ReaderName {
  return Object.hasOwn(readerNames, name);
}
