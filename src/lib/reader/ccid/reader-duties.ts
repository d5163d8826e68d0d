/**
 * What a reader's functional descriptor obliges the host to do. CCID Rev 1.1 §5.1 dwFeatures, with the clamps real readers need.
 * Pure. Odd numbers are clamped, never refused; who cannot be served is decided in exchange-level.ts.
 */
import type { ExchangeLevel } from '../slot.ts';
import { powerSelect, type PowerSelect } from './commands.ts';
import type { FunctionalDescriptor } from './functional-descriptor.ts';

/** dwFeatures. */
const feature = {
  parametersFromAtr: 0x02,
  automaticActivation: 0x04,
  automaticVoltage: 0x08,
  automaticNegotiation: 0x40,
  automaticPps: 0x80,
  automaticIfsd: 0x400,
  tpdu: 0x10000,
  shortApdu: 0x20000,
  extendedApdu: 0x40000,
} as const;

/** A message never needs more: header and the longest extended APDU (4 + 3 + 65535 + 2). Larger announcements are nonsense. */
const LONGEST_MESSAGE = 65_554;
/** Full-speed packet size: a reader that cannot take this cannot take a command. */
const SHORTEST_MESSAGE = 64;
/** Firmware of SCM readers says 263 and means 270 (ActivCard V2, HP keyboards, SCR331-DI, SCR3310 v2, SCR355). */
const SCM_ANNOUNCED = 263;
const SCM_MEANT = 270;
/** Longest message of a TPDU reader: header, NAD PCB LEN, 254 bytes, CRC, rounded as most readers say it. */
const WHOLE_BLOCK_MESSAGE = 271;
const LARGEST_IFSD = 254;
/** ISO/IEC 7816-3 §11.4.2 default, for readers that say 0. */
const DEFAULT_IFSD = 32;
/** NAD, PCB, LEN and LRC around the information field. */
const BLOCK_OVERHEAD = 4;
/** No reader clocks a card above 20 MHz; one says 1,024,000 kHz. */
const HIGHEST_CLOCK_KHZ = 20_000;
const USUAL_CLOCK_KHZ = 4_000;

export interface ReaderDuties {
  readonly level: ExchangeLevel;
  readonly slotCount: number;
  /** Slots that may be busy at once; at least 1, at most `slotCount`. */
  readonly busySlots: number;
  /** T=0 and T=1 by dwProtocols; both when the reader names neither. */
  readonly protocols: readonly (0 | 1)[];
  readonly hostRunsT1: boolean;
  readonly hostSendsIfs: boolean;
  /** The reader announces IFSD by itself. */
  readonly readerSendsIfs: boolean;
  readonly hostBuildsPps: boolean;
  readonly hostSetsParameters: boolean;
  /** The reader sets its parameters by the ATR before the host says anything. */
  readonly readerTakesParametersFromAtr: boolean;
  readonly hostChoosesVoltage: boolean;
  readonly hostChainsLongApdus: boolean;
  /** APDU level, negotiates and picks the voltage by itself. */
  readonly isFullyAutomatic: boolean;
  /** True without an interrupt endpoint: presence is asked for. */
  readonly hostPolls: boolean;
  /** bPowerSelect values to try, in order. Never empty. */
  readonly powerSelections: readonly [PowerSelect, ...PowerSelect[]];
  /** Longest message to send, header included [bytes]. */
  readonly maximumMessageLength: number;
  /** IFSD to announce [bytes], 1–254. */
  readonly informationFieldLength: number;
  /** [kHz] */
  readonly defaultClockKhz: number;
  /** [bit/s] */
  readonly maximumDataRate: number;
  /** Entries GET_DATA_RATES promises; 0 = do not ask. */
  readonly dataRateCount: number;
}

/** Decides everything a driver needs to know from the descriptor and the presence of an interrupt endpoint. */
export function readerDuties(descriptor: FunctionalDescriptor, hasInterruptEndpoint: boolean): ReaderDuties {
  const has = (bit: number): boolean => (descriptor.dwFeatures & bit) !== 0;
  const level = exchangeLevelOf(descriptor);
  const apduLevel = level === 'shortApdu' || level === 'extendedApdu';
  const hostRunsT1 = !apduLevel && (descriptor.dwProtocols & 2) !== 0;
  const hostBuildsPps = !has(feature.automaticNegotiation) && !has(feature.automaticPps);
  const hostChoosesVoltage = !has(feature.automaticVoltage) && !has(feature.automaticActivation);
  const slotCount = descriptor.bMaxSlotIndex + 1;
  return {
    level,
    slotCount,
    busySlots: Math.min(slotCount, Math.max(1, descriptor.bMaxCCIDBusySlots)),
    protocols: protocolsOf(descriptor),
    hostRunsT1,
    hostSendsIfs: hostRunsT1 && !has(feature.automaticIfsd),
    readerSendsIfs: has(feature.automaticIfsd),
    hostBuildsPps,
    hostSetsParameters: !has(feature.automaticNegotiation),
    readerTakesParametersFromAtr: has(feature.parametersFromAtr),
    hostChoosesVoltage,
    hostChainsLongApdus: level === 'extendedApdu' && descriptor.dwMaxCCIDMessageLength < LONGEST_MESSAGE,
    isFullyAutomatic: apduLevel && !hostBuildsPps && !hostChoosesVoltage,
    hostPolls: !hasInterruptEndpoint,
    powerSelections: hostChoosesVoltage ? voltageOrder(descriptor.bVoltageSupport) : [powerSelect.automatic],
    maximumMessageLength: maximumMessageLength(descriptor, level),
    informationFieldLength: informationFieldLength(descriptor),
    defaultClockKhz: defaultClock(descriptor),
    maximumDataRate: descriptor.dwMaxDataRate,
    dataRateCount: descriptor.bNumDataRatesSupported,
  };
}

/** dwFeatures bits 16–18; where several are set the highest counts. */
function exchangeLevelOf({ dwFeatures }: FunctionalDescriptor): ExchangeLevel {
  if ((dwFeatures & feature.extendedApdu) !== 0) return 'extendedApdu';
  if ((dwFeatures & feature.shortApdu) !== 0) return 'shortApdu';
  return (dwFeatures & feature.tpdu) !== 0 ? 'tpdu' : 'character';
}

/** MySmartPad says 0x300: neither bit. Such a reader is not refused, the card decides. */
function protocolsOf({ dwProtocols }: FunctionalDescriptor): readonly (0 | 1)[] {
  const named = ([0, 1] as const).filter((protocol) => (dwProtocols & (1 << protocol)) !== 0);
  return named.length === 0 ? [0, 1] : named;
}

/** 5 V, 1.8 V, 3 V: most cards start at the first try, and a failed one costs 55 ms. A reader that names none gets 5 V, once. */
function voltageOrder(support: number): readonly [PowerSelect, ...PowerSelect[]] {
  const order = [
    { bit: 1, select: powerSelect.volts5 },
    { bit: 4, select: powerSelect.volts1_8 },
    { bit: 2, select: powerSelect.volts3 },
  ];
  const [first, ...rest] = order.filter(({ bit }) => (support & bit) !== 0).map(({ select }) => select);
  return first === undefined ? [powerSelect.volts5] : [first, ...rest];
}

function maximumMessageLength({ dwMaxCCIDMessageLength: announced }: FunctionalDescriptor, level: ExchangeLevel): number {
  if (announced === SCM_ANNOUNCED) return SCM_MEANT;
  // uTrust FIDO2, authenton, TWN4 give their packet size and take whole blocks.
  if (announced <= SHORTEST_MESSAGE && level !== 'extendedApdu') return WHOLE_BLOCK_MESSAGE;
  return Math.min(LONGEST_MESSAGE, Math.max(SHORTEST_MESSAGE, announced));
}

function informationFieldLength(descriptor: FunctionalDescriptor): number {
  if (descriptor.dwMaxIFSD === 0) return DEFAULT_IFSD;
  const announced = descriptor.dwMaxCCIDMessageLength;
  const messageSaysLess = announced > SHORTEST_MESSAGE && announced !== SCM_ANNOUNCED;
  const fitting = messageSaysLess ? announced - 10 - BLOCK_OVERHEAD : LARGEST_IFSD;
  return Math.max(1, Math.min(LARGEST_IFSD, descriptor.dwMaxIFSD, fitting));
}

function defaultClock({ dwDefaultClock }: FunctionalDescriptor): number {
  return dwDefaultClock === 0 || dwDefaultClock > HIGHEST_CLOCK_KHZ ? USUAL_CLOCK_KHZ : dwDefaultClock;
}
