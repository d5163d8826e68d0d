/** The payloads of Sony's escapes, sent in `6B`: session, field, protocol switch, speed, transparent exchange. Pseudo-APDUs of PC/SC part 3 §3.2. */
import { concatBytes, hex, unhex, type Bytes, type Outgoing } from '#bytes';
import { ReaderError } from '../reader-error.ts';

export const payloads = {
  firmware: unhex('FF560000'),
  keepAlive: unhex('FF56000000'),
  startSession: unhex('FF50000002810000'),
  endSession: unhex('FF50000002820000'),
  fieldOff: unhex('FF50000002830000'),
  fieldOn: unhex('FF50000002840000'),
  /** Type B, layer 4, FSDI 8 (256 bytes), CID 0: the reader itself does REQB and ATTRIB. */
  activateTypeB: unhex('FF50000210FF6E03010108FF6E030801008F02010400'),
  /** Type B, layer 3: bare frames. */
  framesTypeB: unhex('FF500002048F02010300'),
  /** PUPI of the active card. */
  pupi: unhex('FFCA0000'),
} as const;

/** Flags of an exchange: a 1 bit switches a service of the reader off. Bit 4 = prologue, 3 and 2 = parity. CRC is always the reader's. */
export const flags = { hostAddsPrologue: 0x001c, readerAddsPrologue: 0x000c } as const;
export type ExchangeFlags = (typeof flags)[keyof typeof flags];

/** The reader's limit, PCB included [bytes]. */
const MAXIMUM_DATA_LENGTH = 290;
const MICROSECONDS = 1_000;

/** dri, dsi: 0 = 106 … 3 = 848 kbit/s, to the card and from it. */
export function speedPayload(dri: number, dsi: number): Bytes {
  return unhex(`FF50000006FF6E030501${hex(Uint8Array.of(dri * 8 + dsi))}00`);
}

/**
 * `FF 50 00 01`, two-byte Lc, flags (`90`), timer in µs (`5F 46`), data (`95`), three zero bytes. A fresh array: whoever sends a secret wipes it.
 * @throws ReaderError `COMMAND_TOO_LONG`
 */
export function exchangePayload(exchangeFlags: ExchangeFlags, { bytes, secret }: Outgoing, timerMs: number): Outgoing {
  const { length } = bytes;
  if (length > MAXIMUM_DATA_LENGTH) {
    throw new ReaderError({ code: 'COMMAND_TOO_LONG', message: 'More than the reader sends at once', facts: { length, maximumLength: MAXIMUM_DATA_LENGTH } });
  }
  const head = new DataView(new ArrayBuffer(22));
  head.setUint32(0, 0xff50_0001);
  head.setUint16(5, length + 15);
  head.setUint32(7, 0x9002_0000 + exchangeFlags);
  head.setUint16(11, 0x5f46);
  head.setUint8(13, 4);
  head.setUint32(14, Math.ceil(timerMs * MICROSECONDS), true);
  head.setUint16(18, 0x9582);
  head.setUint16(20, length);
  return { bytes: concatBytes(new Uint8Array(head.buffer), bytes, new Uint8Array(3)), secret };
}
