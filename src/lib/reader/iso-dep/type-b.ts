/**
 * Type B activation: by the host (REQB, ATTRIB; ISO/IEC 14443-3 §7.7 to §7.10) or by the reader, which then tells of it in an ATR
 * (PC/SC part 3, ATR of contactless cards). One slot, all applications, FSD 256, CID 0; REQB, ATTRIB and its answer at 106 kbit/s.
 * Not here: RF on and off, waiting for a card, anticollision of several cards.
 */
import { concatBytes, type Bytes } from '#bytes';
import { pause } from '../patience.ts';
import { ReaderError } from '../reader-error.ts';
import { typeBAtr } from '../type-b-atr.ts';
import { bitRates, bitRatesOffered, usualRates, type BitRateOffer, type BitRates } from './bit-rates.ts';
import { protocolInfoOf, unknownParameters, type IsoDepParameters } from './parameters.ts';
import type { BlockExchange } from './transceiver.ts';

const ATQB_LENGTH = 12;
const ATQB = 0x50;
const PUPI = { from: 1, to: 5 } as const;
const PROTOCOL_INFO = { from: 9, to: 12 } as const;
const START_UP_GUARD_INDEX = 12;
/** SFGI 15 is reserved and counts as 0. */
const LONGEST_SFGI = 14;
const CARRIER_KHZ = 13_560;

/** ATR of a contactless card with eight historical bytes: application data (4), protocol info (3), MBLI (1); then TCK. */
const ATR_HEAD = [0x3b, 0x88, 0x80, 0x01] as const;
const ATR_LENGTH = 13;
const ATR_PROTOCOL_INFO = { from: 8, to: 11 } as const;

/** A Type B card, as far as it has told. */
export interface TypeBActivation extends IsoDepParameters {
  readonly bitRates: BitRateOffer;
  /** The card understands blocks with a CID. */
  readonly takesCid: boolean;
  /** SFGT: rest before the first block after ATTRIB [ms]. */
  readonly startUpGuardMs: number;
}

/**
 * Reads an ATQB of 12 bytes, or 13 with the extension; what follows is ignored. The PUPI may be random and is no identity.
 * @throws ReaderError `CARD_PROTOCOL_UNSUPPORTED` when it is no ATQB or the card does not speak ISO/IEC 14443-4
 */
export function activationOfAtqb(atqb: Bytes): TypeBActivation {
  const info = protocolInfoOf(atqb.subarray(PROTOCOL_INFO.from, PROTOCOL_INFO.to));
  if (atqb.length < ATQB_LENGTH || atqb[0] !== ATQB || info === undefined) throw unsupported('not an ATQB', atqb);
  if (!info.speaksIsoDep) throw unsupported('a Type B card without ISO/IEC 14443-4', atqb);
  const { fsc, fwtMs, takesCid, bitRateCapability } = info;
  return { fsc, fwtMs, cid: 0, takesCid, bitRates: bitRatesOffered(bitRateCapability), startUpGuardMs: startUpGuardMs(atqb[START_UP_GUARD_INDEX]) };
}

/**
 * Reads the ATR a reader has built for a card that it activated itself with `cid`. Without an ATR, with one of another form, or with
 * one whose check byte is wrong everything is unknown: FSC 16, FWI 14, 106 kbit/s. Never throws.
 */
export function activationOfAtr(atr: Bytes | undefined, cid: number): TypeBActivation {
  const info = atr === undefined || !isTypeBAtr(atr) ? undefined : protocolInfoOf(atr.subarray(ATR_PROTOCOL_INFO.from, ATR_PROTOCOL_INFO.to));
  if (info?.speaksIsoDep !== true) return { ...unknownParameters(cid), takesCid: cid !== 0, bitRates: bitRatesOffered(0), startUpGuardMs: 0 };
  const { fsc, fwtMs, takesCid, bitRateCapability } = info;
  return { fsc, fwtMs, cid, takesCid, bitRates: bitRatesOffered(bitRateCapability), startUpGuardMs: 0 };
}

function isTypeBAtr(atr: Bytes): boolean {
  const checkSum = atr.subarray(1).reduce((sum, byte) => sum ^ byte, 0);
  return atr.length === ATR_LENGTH && ATR_HEAD.every((byte, index) => atr[index] === byte) && checkSum === 0;
}

/** 4096/fc × 2^SFGI; 0 asks for nothing. */
function startUpGuardMs(extension: number | undefined): number {
  const sfgi = extension === undefined ? 0 : extension >> 4;
  return sfgi === 0 || sfgi > LONGEST_SFGI ? 0 : Math.ceil((4096 / CARRIER_KHZ) * 2 ** sfgi);
}

export interface TypeBRequest {
  /** REQB or WUPB: `05 AFI PARAM`. */
  readonly reqb: Bytes;
  /** Card time-out of REQB and of ATTRIB [ms]. */
  readonly timeoutMs: number;
  /** The answer to a REQB sent a moment ago: it is not sent again. */
  readonly atqb?: Bytes;
  /** Rates to agree on by ATTRIB; 106 kbit/s unless told. */
  readonly choose?: (offer: BitRateOffer) => BitRates;
}

export type TypeBOutcome =
  /** `rates` hold from the next frame on. */
  | { readonly outcome: 'activated'; readonly activation: TypeBActivation; readonly rates: BitRates; readonly atr: Bytes }
  /** Nothing answers REQB. */
  | { readonly outcome: 'noCard' }
  /** Damaged answer (several cards look like this), or ATTRIB without the answer it must have: RF off and on, then again, three times at most. `rates`: what ATTRIB asked for. */
  | { readonly outcome: 'unclear'; readonly rates: BitRates };

/**
 * REQB, ATTRIB, and the card's start-up guard time: afterwards the card takes blocks.
 * @throws ReaderError `CARD_PROTOCOL_UNSUPPORTED`, and whatever the port throws
 */
export async function activateTypeB(port: BlockExchange, request: TypeBRequest): Promise<TypeBOutcome> {
  const { timeoutMs, choose = () => usualRates } = request;
  const atqb = request.atqb ?? (await requestB(port, request));
  if (typeof atqb === 'string') return atqb === 'noCard' ? { outcome: atqb } : { outcome: atqb, rates: usualRates };
  const activation = activationOfAtqb(atqb);
  const rates = choose(activation.bitRates);
  const selected = await port.exchange({ bytes: attrib(atqb, rates), secret: false }, timeoutMs);
  if (selected.outcome !== 'block' || !isAttribAnswer(selected.bytes)) return { outcome: 'unclear', rates };
  if (activation.startUpGuardMs > 0) await pause(activation.startUpGuardMs);
  return { outcome: 'activated', activation, rates, atr: typeBAtr(atqb, selected.bytes) };
}

async function requestB(port: BlockExchange, { reqb, timeoutMs }: TypeBRequest): Promise<Bytes | 'noCard' | 'unclear'> {
  const answer = await port.exchange({ bytes: reqb, secret: false }, timeoutMs);
  if (answer.outcome === 'block') return answer.bytes;
  return answer.outcome === 'timeout' ? 'noCard' : 'unclear';
}

/** ATTRIB: default timings, FSD 256, the rates (bits 4–5 of P2 to the card, 6–7 from it), ISO/IEC 14443-4, CID 0. */
function attrib(atqb: Bytes, { toCard, fromCard }: BitRates): Bytes {
  const speeds = bitRates.indexOf(toCard) * 0x10 + bitRates.indexOf(fromCard) * 0x40;
  return concatBytes(Uint8Array.of(0x1d), atqb.subarray(PUPI.from, PUPI.to), Uint8Array.of(0x00, speeds + 0x08, 0x01, 0x00));
}

/** MBLI in the high nibble says nothing to us; the low nibble repeats the CID. Higher-layer bytes may follow. */
function isAttribAnswer([identifiers]: Bytes): boolean {
  return identifiers !== undefined && (identifiers & 0x0f) === 0;
}

function unsupported(message: string, { length }: Bytes): ReaderError {
  return new ReaderError({ code: 'CARD_PROTOCOL_UNSUPPORTED', message, facts: { length } });
}
