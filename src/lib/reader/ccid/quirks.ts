/**
 * Readers and cards that need something else than their descriptor or ATR says. Data, by VID:PID and bcdDevice; the numbers are the
 * rows of the quirk list in the project's CCID fact sheet (ccid.md §13). Not here: what every reader gets (rows 1, 2, 4, 6, 8, 14, 17,
 * 18 bSeq, 22, 23, 27–29), what the program never does (PIN pads: rows 12, 24), and readers no page can use (rows 10, 11, 19, 30, 32).
 */
import { hex, type Bytes } from '#bytes';
import type { Atr } from '../atr.ts';
import type { ReaderCaution } from '../slot.ts';
import type { FunctionalDescriptor } from './functional-descriptor.ts';
import type { CcidTimeouts } from './timeouts.ts';

/** Nothing set = an ordinary reader. */
export interface ReaderQuirks {
  readonly caution?: ReaderCaution;
  /** Descriptor fields that promise too much. */
  readonly atMost?: Readonly<Partial<Record<'dwMaxDataRate' | 'dwMaxIFSD' | 'bPINSupport', number>>>;
  /** dwFeatures bits that are true, or not, whatever the descriptor says. */
  readonly featuresOn?: number;
  readonly featuresOff?: number;
  /** Time before the first command [ms]. */
  readonly startDelayMs?: number;
  /** Slow to answer anything [ms]. */
  readonly replyMs?: number;
  /** Never asks for more time: added to the longest wait [ms]. */
  readonly extraPatienceMs?: number;
  /** Two resets after a SetParameters that failed, and no further one. */
  readonly stumblesOverParameters?: true;
  /** bError BB = the reader is in EMV mode; this Escape takes it out. */
  readonly leaveEmvMode?: readonly number[];
  /** Says "present" of an empty slot: a card that does not answer power-on is none. */
  readonly alwaysSaysPresent?: true;
}

interface QuirkRow {
  /** In ccid.md §13; 0 = §5 or §6.2. */
  readonly row: number;
  readonly readers: readonly string[];
  /** bcdDevice below this. */
  readonly before?: number;
  /** bcdDevice exactly. */
  readonly versions?: readonly number[];
  readonly quirks: ReaderQuirks;
}

const feature = { automaticPps: 0x80, automaticIfsd: 0x400, shortApdu: 0x20000, extendedApdu: 0x40000 } as const;
const FIVE_MINUTES_MS = 300_000;
/** 64 - header - prologue, check code - 2: SCM firmware that hangs when it sends full packets only. */
const SHORT_IFSD = 48;

const oldFirmware: ReaderQuirks = { caution: 'oldFirmware' };
const noPinPad: ReaderQuirks = { atMost: { bPINSupport: 0 } };
const old = (before: number, ...readers: readonly string[]): QuirkRow => ({ row: 3, readers, before, quirks: oldFirmware });
const fullPacketsHang = (before: number, reader: string): QuirkRow => ({ row: 0, readers: [reader], before, quirks: { atMost: { dwMaxIFSD: SHORT_IFSD } } });
const noTimeExtension = (row: number, readers: readonly string[], before?: number): QuirkRow => {
  const quirks = { extraPatienceMs: FIVE_MINUTES_MS };
  return before === undefined ? { row, readers, quirks } : { row, readers, before, quirks };
};

const quirkRows: readonly QuirkRow[] = [
  old(0x0516, '04E6:E001'),
  old(0x0620, '04E6:5111'),
  old(0x0510, '04E6:E003'),
  old(0x0112, '04E6:5291'),
  old(0x0037, '0D46:3001', '0D46:3002'),
  old(0x0203, '09C3:0008'),
  old(0x0502, '0DC3:1004'),
  old(0x0607, '0DC3:1102'),
  old(0x0200, '0DC3:0900'),
  old(0x0102, '058F:9520', '062D:0001'),
  old(0x0206, '072F:2200'),
  old(0x5000, '08C3:0402', '08C3:0401'),
  old(0x0101, '0B0C:0050'),
  old(0x0124, '03F0:0036'),
  fullPacketsHang(0x0516, '04E6:E001'), // SCR331
  fullPacketsHang(0x0620, '04E6:5111'), // SCR331-DI
  fullPacketsHang(0x0514, '04E6:5115'), // SCR335
  fullPacketsHang(0x0504, '04E6:E003'), // SPR532
  fullPacketsHang(0x0522, '04E6:5117'), // SCR3320
  { row: 5, readers: ['0B81:0200'], quirks: { startDelayMs: 1_000, replyMs: 60_000 } }, // CL1356D
  { row: 7, readers: ['0B97:7762', '0B97:7772'], quirks: { atMost: { dwMaxDataRate: 9_600 }, featuresOn: feature.automaticPps } }, // Oz776 knows no PPS
  { row: 9, readers: ['058F:9540'], quirks: { atMost: { dwMaxDataRate: 200_000 }, stumblesOverParameters: true } }, // AU9540, and row 31 (Acos-ID)
  { row: 13, readers: ['03F0:1024', '03F0:0036', '0BF8:1017', '04F2:1469', '0783:0006', '076B:3031', '25DD:3111'], quirks: noPinPad },
  { row: 15, readers: ['0D46:3010'], quirks: { featuresOff: feature.extendedApdu, featuresOn: feature.shortApdu } }, // Kobil TriBank
  { row: 16, readers: ['0529:0620'], versions: [0x0012, 0x0013], quirks: { featuresOn: feature.automaticIfsd } }, // eToken 5100
  { row: 18, readers: ['08E6:3480', '08E6:3479'], before: 0x0200, quirks: { alwaysSaysPresent: true } }, // GemCore SIM Pro, POS Pro
  noTimeExtension(20, ['08E6:34D2']), // Thales Fusion NFC
  noTimeExtension(0, ['08C3:0402', '08C3:0401'], 0x5000), // Precise 200/250 MC
  noTimeExtension(0, ['058F:9520'], 0x0102), // AU9520
  { row: 21, readers: ['08E6:4433', '046A:0005'], quirks: { leaveEmvMode: [0x1f, 0x01] } }, // GemPC433, Cherry XX33
  { row: 26, readers: ['0A5C:5805'], quirks: { caution: 'longAnswersBroken' } }, // Broadcom 5880
];

/** Row 25, by ATR: OpenPGP cards 1.0 and 2.0 say BWI 4 and need 7. */
const slowCards: Readonly<Partial<Record<string, { readonly bwi: number }>>> = { '3BFA1300FF813180450031C173C00100009000B1': { bwi: 7 } };

/** A reader as its device descriptor names it. */
export interface ReaderModel {
  readonly vendorId: number;
  readonly productId: number;
  /** bcdDevice as `major.minor-subminor`, in hexadecimal digits: `6.32`. */
  readonly deviceVersion: string;
}

/** Everything the table says about a reader; of two rows for the same thing the later counts. */
export function quirksOf({ vendorId, productId, deviceVersion }: ReaderModel): ReaderQuirks {
  const identity = [vendorId, productId].map((id) => id.toString(16).padStart(4, '0').toUpperCase()).join(':');
  const version = bcdDevice(deviceVersion);
  return quirkRows
    .filter(({ readers, before, versions }) => readers.includes(identity) && version < (before ?? Infinity) && (versions?.includes(version) ?? true))
    .reduce<ReaderQuirks>(
      (all, { quirks }) => ({ ...all, ...quirks, ...(all.atMost === undefined ? {} : { atMost: { ...all.atMost, ...quirks.atMost } }) }),
      {},
    );
}

/** The descriptor as it should have been. */
export function amendDescriptor(descriptor: FunctionalDescriptor, { atMost = {}, featuresOn = 0, featuresOff = 0 }: ReaderQuirks): FunctionalDescriptor {
  return {
    ...descriptor,
    dwMaxDataRate: Math.min(descriptor.dwMaxDataRate, atMost.dwMaxDataRate ?? Infinity),
    // 0 stands for the default of 32, which is little enough.
    dwMaxIFSD: Math.min(descriptor.dwMaxIFSD, atMost.dwMaxIFSD ?? Infinity),
    bPINSupport: Math.min(descriptor.bPINSupport, atMost.bPINSupport ?? Infinity),
    dwFeatures: ((descriptor.dwFeatures & ~featuresOff) | featuresOn) >>> 0,
  };
}

export function amendTimeouts(timeouts: CcidTimeouts, { replyMs = 0, extraPatienceMs = 0 }: ReaderQuirks): CcidTimeouts {
  return {
    ...timeouts,
    replyMs: Math.max(timeouts.replyMs, replyMs),
    longestReplyMs: Math.max(timeouts.longestReplyMs, replyMs) + extraPatienceMs,
    commandBudgetMs: Math.max(timeouts.commandBudgetMs, replyMs) + extraPatienceMs,
  };
}

/** The ATR as the card should have given it. */
export function amendAtr(atr: Atr, bytes: Bytes): Atr {
  const slow = slowCards[hex(bytes)];
  return slow === undefined ? atr : { ...atr, t1: { ...atr.t1, ...slow } };
}

/** `6.32` → 0632. A version that is none counts as the newest: no quirk of old firmware. */
function bcdDevice(deviceVersion: string): number {
  const [, major, minor] = /^([0-9a-f]{1,2})\.([0-9a-f]{2})$/iu.exec(deviceVersion) ?? [];
  return major === undefined || minor === undefined ? 0xffff : parseInt(major + minor, 16);
}
