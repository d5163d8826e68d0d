/**
 * Short and short+extended APDU level. CCID Rev 1.1 §6.1.4 wLevelParameter, §6.2.1 bChainParameter.
 * Long commands are chained at the extended level; long responses are chained at both (OMNIKEY 3x21 and others announce short
 * APDUs and chain). Refused: an extended APDU at the short level, a command longer than a message at the short level.
 * That the bytes are an APDU at all is the interpreter's care (ISO/IEC 7816-3 §12.1).
 */
import { concatBytes, type Bytes, type Outgoing } from '#bytes';
import { RADIO_READ_LENGTH, readLengthWithin, type CommandCapacity } from '../command-capacity.ts';
import type { BlockLink, BlockReply, CardExchange, ExchangeLevelDriver } from '../exchange-level.ts';
import { ReaderError } from '../reader-error.ts';
import { levelParameter } from './commands.ts';
import { MAXIMUM_REPLY_DATA_LENGTH } from './message-pipe.ts';
import type { ReaderDuties } from './reader-duties.ts';
import { chainParameter, HEADER_LENGTH } from './replies.ts';
import { startCard } from './start-card.ts';

/** Empty parts in a row after which a response is going nowhere. */
const MAXIMUM_EMPTY_PARTS = 2;
/** A response of 65,538 bytes in the smallest messages we know (54 bytes of data) has 1,214 parts. */
const MAXIMUM_PARTS = 2_048;
const STATUS_WORD_LENGTH = 2;
/** CLA INS P1 P2, a zero byte and more: extended Lc or Le, ISO/IEC 7816-3 §12.1.3. */
const SHORTEST_EXTENDED = 6;
const nothing: Outgoing = { bytes: new Uint8Array(0), secret: false };

export function apduLevel(duties: ReaderDuties): ExchangeLevelDriver {
  const carriesExtended = duties.level === 'extendedApdu';
  const partLength = duties.maximumMessageLength - HEADER_LENGTH;
  // A chained answer costs a message for each part, which is less than another command for the rest.
  const capacity: CommandCapacity = { carriesExtended, bestReadLength: carriesExtended ? RADIO_READ_LENGTH : readLengthWithin(partLength, RADIO_READ_LENGTH) };
  const exchange: CardExchange = {
    ...capacity,
    async transmit(link, command) {
      if (!carriesExtended) assertFits(command.bytes, partLength);
      return receive(link, await send(link, command, partLength));
    },
  };
  return {
    ...capacity,
    async begin(link, powered) {
      if (!duties.hostSetsParameters) return exchange;
      return startCard(link, powered, () => Promise.resolve({ exchange, isProved: false }));
    },
  };
}

function assertFits(apdu: Bytes, maximumLength: number): void {
  if (apdu.length >= SHORTEST_EXTENDED && apdu[4] === 0) throw tooLong('extended APDU at the short APDU level', apdu.length, maximumLength);
  if (apdu.length > maximumLength) throw tooLong('APDU longer than a message', apdu.length, maximumLength);
}

/** Sends all parts; what comes back is the first part of the response. */
async function send(link: BlockLink, command: Outgoing, partLength: number): Promise<BlockReply> {
  const { length } = command.bytes;
  for (let offset = 0; length - offset > partLength; offset += partLength) {
    const begun = offset === 0 ? levelParameter.begins : levelParameter.continues;
    const reply = await link.xfrBlock(block(part(command, offset, offset + partLength), begun));
    if (reply.chainParameter !== chainParameter.sendMore) throw chainFault('no request for the next command part', reply);
    // Kobil readers answer with data here: they cannot chain.
    if (reply.data.length > 0) throw chainFault('data where an empty part is due', reply);
  }
  const lastOffset = length <= partLength ? 0 : Math.floor((length - 1) / partLength) * partLength;
  const last = lastOffset === 0 ? levelParameter.whole : levelParameter.ends;
  return link.xfrBlock(block(part(command, lastOffset, length), last));
}

async function receive(link: BlockLink, first: BlockReply): Promise<Bytes> {
  if (first.chainParameter !== chainParameter.whole && first.chainParameter !== chainParameter.begins) throw chainFault('response begins in the middle', first);
  const response = new ResponseParts();
  let reply = first;
  while (response.add(reply)) {
    reply = await link.xfrBlock(block(nothing, levelParameter.askForMore));
    if (!isContinuation(reply)) throw chainFault('response part out of order', reply);
  }
  return response.join();
}

function isContinuation({ chainParameter: value }: BlockReply): boolean {
  return value === chainParameter.whole || value === chainParameter.ends || value === chainParameter.continues;
}

class ResponseParts {
  readonly #parts: Bytes[] = [];
  #length = 0;
  #emptyInARow = 0;

  /** True when more is to come. */
  add({ data, chainParameter: value }: BlockReply): boolean {
    this.#parts.push(data);
    this.#length += data.length;
    this.#emptyInARow = data.length === 0 ? this.#emptyInARow + 1 : 0;
    const more = value === chainParameter.begins || value === chainParameter.continues;
    const endless = this.#length > MAXIMUM_REPLY_DATA_LENGTH || (more && (this.#emptyInARow >= MAXIMUM_EMPTY_PARTS || this.#parts.length >= MAXIMUM_PARTS));
    if (endless) {
      const facts = { parts: this.#parts.length, length: this.#length };
      throw new ReaderError({ code: 'READER_BUDGET_EXCEEDED', message: 'A response without end', facts });
    }
    return more;
  }

  join(): Bytes {
    if (this.#length < STATUS_WORD_LENGTH) {
      throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'Response without a status word', facts: { length: this.#length } });
    }
    return concatBytes(...this.#parts);
  }
}

function block(data: Outgoing, parameter: number): Parameters<BlockLink['xfrBlock']>[0] {
  return { data, levelParameter: parameter, blockWaitingTime: 0 };
}

function part({ bytes, secret }: Outgoing, from: number, to: number): Outgoing {
  return { bytes: bytes.subarray(from, to), secret };
}

function chainFault(message: string, { chainParameter: value, data }: BlockReply): ReaderError {
  return new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message, facts: { chainParameter: value, length: data.length } });
}

function tooLong(message: string, length: number, maximumLength: number): ReaderError {
  return new ReaderError({ code: 'COMMAND_TOO_LONG', message, facts: { length, maximumLength } });
}
