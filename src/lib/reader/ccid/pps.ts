/**
 * Protocol and parameters selection, by the host, through a TPDU-level reader. ISO/IEC 7816-3:2006 §9: PPSS, PPS0, PPS1, PCK.
 * PPS2 and PPS3 are never asked for, and refused in an answer.
 */
import { equalBytes, type Bytes } from '#bytes';
import type { BlockLink } from '../exchange-level.ts';
import { ReaderError } from '../reader-error.ts';
import { DEFAULT_FI_DI } from './protocol-parameters.ts';

const PPSS = 0xff;
const PPS1_PRESENT = 0x10;

/**
 * Proposes `protocol` and, unless it is the default, `fiDi` (TA1's form); gives the Fi and Di that hold from now on.
 * @throws ReaderError `CARD_PROTOCOL_UNSUPPORTED` for any answer but an echo or one without PPS1 (§9.3): the card must be reset; and what the exchange gave
 */
export async function negotiateByPps(link: BlockLink, protocol: 0 | 1, fiDi: number): Promise<number> {
  const withoutPps1 = withCheck(Uint8Array.of(PPSS, protocol));
  const request = fiDi === DEFAULT_FI_DI ? withoutPps1 : withCheck(Uint8Array.of(PPSS, PPS1_PRESENT + protocol, fiDi));
  const { data } = await link.xfrBlock({ data: { bytes: request, secret: false }, levelParameter: 0, blockWaitingTime: 0 });
  if (equalBytes(data, request)) return fiDi;
  if (equalBytes(data, withoutPps1)) return DEFAULT_FI_DI;
  const facts = { protocol, fiDi, length: data.length, expected: request.length };
  throw new ReaderError({ code: 'CARD_PROTOCOL_UNSUPPORTED', message: 'PPS: the card does not agree', facts });
}

/** PCK: XOR of all is zero. */
function withCheck(bytes: Bytes): Bytes {
  return Uint8Array.of(
    ...bytes,
    bytes.reduce((sum, byte) => sum ^ byte, 0),
  );
}
