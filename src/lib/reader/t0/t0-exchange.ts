/**
 * A card that speaks T=0, behind a reader that moves whole TPDUs and keeps the procedure bytes to itself. ISO/IEC 7816-3:2006 §10, §12.2;
 * CCID Rev 1.1 §6.1.4. No command is ever repeated here. What 61xx and 6Cxx ask for is asked by the interpreter (iso7816), which
 * does so at every level; only a case 4 command that ends well without 61xx is followed by GET RESPONSE here, since nobody above can
 * know that its Le was dropped.
 */
import { concatBytes, type Bytes, type Outgoing } from '#bytes';
import { readLengthWithin } from '../command-capacity.ts';
import type { BlockLink, CardExchange } from '../exchange-level.ts';
import { ReaderError } from '../reader-error.ts';
import { commandTpdu, getResponse, type CommandTpdu, type ResponseToFetch } from './command-tpdu.ts';

const STATUS_WORD_LENGTH = 2;
/** T=0 has no frames to fill: P3 00. */
const LONGEST_READ = 256;
const WRONG_LENGTH = 0x6c;
const DONE = 0x90;
const warnings: readonly number[] = [0x62, 0x63];

interface ResponseTpdu {
  readonly data: Bytes;
  readonly statusWord: Bytes;
  readonly sw1: number;
  readonly sw2: number;
}

export class T0Exchange implements CardExchange {
  readonly carriesExtended = false;
  readonly bestReadLength: number;
  readonly #maximumLength: number;

  /** `maximumLength`: longest TPDU the reader takes [bytes]. */
  constructor(maximumLength: number) {
    this.#maximumLength = maximumLength;
    this.bestReadLength = readLengthWithin(maximumLength, LONGEST_READ);
  }

  async transmit(link: BlockLink, command: Outgoing): Promise<Bytes> {
    const tpdu = commandTpdu(command.bytes);
    try {
      if (tpdu.bytes.length > this.#maximumLength) throw tooLong(tpdu, this.#maximumLength);
      const response = await exchange(link, tpdu, command.secret);
      if (tpdu.toFetch === undefined || !mayHaveData(response)) return join(response);
      return join(await fetchData(link, response, tpdu.toFetch));
    } finally {
      if (command.secret) tpdu.bytes.fill(0);
    }
  }
}

function mayHaveData({ sw1, sw2 }: ResponseTpdu): boolean {
  return (sw1 === DONE && sw2 === 0) || warnings.includes(sw1);
}

/** §12.2: the first warning is the command's own and stays; a card that has one length only (6Cxx) is asked for that, once. */
async function fetchData(link: BlockLink, first: ResponseTpdu, wanted: ResponseToFetch): Promise<ResponseTpdu> {
  let response = await exchange(link, getResponse(wanted), false);
  if (response.sw1 === WRONG_LENGTH) response = await exchange(link, getResponse({ ...wanted, ne: response.sw2 === 0 ? 0x100 : response.sw2 }), false);
  const isWhole = response.sw1 === DONE && response.sw2 === 0;
  const data = response.data.subarray(0, wanted.ne);
  return { ...response, data, statusWord: isWhole && warnings.includes(first.sw1) ? first.statusWord : response.statusWord };
}

async function exchange(link: BlockLink, { bytes, maximumData }: CommandTpdu, secret: boolean): Promise<ResponseTpdu> {
  const { data, chainParameter } = await link.xfrBlock({ data: { bytes, secret }, levelParameter: 0, blockWaitingTime: 0 });
  const dataLength = data.length - STATUS_WORD_LENGTH;
  const [sw1, sw2] = data.subarray(Math.max(0, dataLength));
  // T=0 has no check code over a block: what does not add up was not heard right.
  if (sw1 === undefined || sw2 === undefined || dataLength > maximumData || chainParameter !== 0) throw malformed('length', data.length);
  if (!isStatusByte(sw1)) throw malformed('status word', data.length);
  return { data: data.subarray(0, dataLength), statusWord: Uint8Array.of(sw1, sw2), sw1, sw2 };
}

/** §10.3.3: SW1 is 6x or 9x, but 60, which asks for patience. */
function isStatusByte(sw1: number): boolean {
  return (sw1 > 0x60 && sw1 <= 0x6f) || (sw1 >= 0x90 && sw1 <= 0x9f);
}

function join({ data, statusWord }: ResponseTpdu): Bytes {
  return concatBytes(data, statusWord);
}

function malformed(what: string, length: number): ReaderError {
  return new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: `T=0: ${what} of a response`, facts: { length } });
}

function tooLong({ bytes }: CommandTpdu, maximumLength: number): ReaderError {
  return new ReaderError({ code: 'COMMAND_TOO_LONG', message: 'T=0: longer than a message', facts: { length: bytes.length, maximumLength } });
}
