/**
 * One command and its response in T=1 blocks, the host's side. ISO/IEC 7816-3:2006 §11.6: chaining both ways (rules 2 and 5), S(IFS) and
 * S(WTX) of the card (rules 3 and 4), R-blocks (rule 7), S(ABORT) (rule 9). The sequence numbers make a block count once, however
 * often it is sent; that is why a block of a secret command may be repeated here when the card says that it did not get it.
 * Not here: what follows when R-blocks do not help (t1-exchange.ts).
 */
import { concatBytes, type Bytes, type Outgoing } from '#bytes';
import { ReaderError } from '../reader-error.ts';
import type { Complaint, InformationBlock, ReceiveReadyBlock, SequenceBit, SupervisoryBlock, T1Block } from './block.ts';
import { outOfPlace, type Received, type SendOptions, type T1Line } from './line.ts';

/** Blocks in trouble, without progress between them, that are answered with a repetition. */
const MAXIMUM_REPETITIONS = 3;
/** A card that computes for minutes asks for more time a few dozen times. */
const MAXIMUM_TIME_EXTENSIONS = 200;
const MAXIMUM_IFS_REQUESTS = 8;
/** The longest response APDU: 65536 bytes and a status word. */
const MAXIMUM_RESPONSE_LENGTH = 65_538;
const MAXIMUM_RESPONSE_BLOCKS = 4_096;
const MAXIMUM_EMPTY_BLOCKS = 2;
const STATUS_WORD_LENGTH = 2;

/** What both sides count and know, kept from one command to the next. */
export interface T1State {
  /** N(S) of the next I-block we begin. */
  sendSequence: SequenceBit;
  /** N(S) the card's next I-block must have. */
  receiveSequence: SequenceBit;
  /** IFSC, or less where the reader's messages hold less: the longest information field to send. */
  cardInformationLength: number;
  /** What the reader's messages hold. */
  readonly longestInformation: number;
}

/** `lost`: repetitions did not help; nobody knows where the other side is. */
export type DialogueOutcome = { readonly outcome: 'answered'; readonly response: Bytes } | { readonly outcome: 'lost'; readonly fault: ReaderError };

type Step = DialogueOutcome | { readonly outcome: 'send'; readonly block: T1Block; readonly waitingTimes?: number } | { readonly outcome: 'abort' };

export class T1Dialogue {
  readonly #line: T1Line;
  readonly #state: T1State;
  readonly #command: Outgoing;
  readonly #response = new ResponseChain();
  #offset = 0;
  /** The I-block whose fate is not known yet; undefined when the card has the whole command. */
  #outstanding: InformationBlock | undefined;
  #lastSent: T1Block | undefined;
  #repetitions = 0;
  #timeExtensions = 0;
  #ifsRequests = 0;

  constructor(line: T1Line, state: T1State, command: Outgoing) {
    this.#line = line;
    this.#state = state;
    this.#command = command;
  }

  /**
   * Runs once.
   * @throws ReaderError `READER_BUDGET_EXCEEDED`, `READER_MALFORMED_MESSAGE` (the card gave the command up, or no status word) and what `T1Line.send` throws
   */
  async run(): Promise<DialogueOutcome> {
    let step = this.#sendCommandBlock();
    for (;;) {
      if (step.outcome === 'answered' || step.outcome === 'lost') return step;
      if (step.outcome === 'abort') return await this.#concedeAbort();
      step = this.#react(await this.#send(step.block, step.waitingTimes));
    }
  }

  #send(block: T1Block, waitingTimes?: number): Promise<Received> {
    this.#lastSent = block;
    const options: SendOptions = { secret: block.kind === 'I' && this.#command.secret, ...(waitingTimes === undefined ? {} : { waitingTimes }) };
    return this.#line.send(block, options);
  }

  #react(received: Received): Step {
    if (received.outcome === 'trouble') return this.#complain(received.complaint, received.fault);
    const { block } = received;
    switch (block.kind) {
      case 'I':
        return this.#takeInformation(block);
      case 'R':
        return this.#takeReceiveReady(block);
      case 'S':
        return block.isResponse ? this.#complain('other', outOfPlace(block)) : this.#obey(block);
    }
  }

  /** The part of the command at `offset`, cut to what the card takes now. */
  #sendCommandBlock(): Step {
    const information = this.#command.bytes.subarray(this.#offset, this.#offset + this.#state.cardInformationLength);
    const more = this.#offset + information.length < this.#command.bytes.length;
    this.#outstanding = { kind: 'I', sequence: this.#state.sendSequence, more, information };
    return { outcome: 'send', block: this.#outstanding };
  }

  #takeInformation(block: InformationBlock): Step {
    // An answer before the end of our chain, or one we have or lack the predecessor of.
    if (this.#outstanding?.more === true || block.sequence !== this.#state.receiveSequence) return this.#complain('other', outOfPlace(block));
    if (this.#outstanding !== undefined) this.#commandBlockArrived(this.#outstanding);
    this.#state.receiveSequence = other(this.#state.receiveSequence);
    this.#repetitions = 0;
    this.#response.add(block);
    if (block.more) return { outcome: 'send', block: { kind: 'R', sequence: this.#state.receiveSequence, complaint: 'none' } };
    return { outcome: 'answered', response: this.#response.join() };
  }

  #takeReceiveReady(block: ReceiveReadyBlock): Step {
    const sent = this.#outstanding;
    if (sent === undefined) return this.#complain('other', outOfPlace(block));
    if (block.sequence === sent.sequence) return this.#repeat(outOfPlace(block), () => this.#sendCommandBlock());
    // With nothing more to send the card has all and owes an I-block.
    if (!sent.more) return this.#complain('other', outOfPlace(block));
    this.#commandBlockArrived(sent);
    this.#repetitions = 0;
    return this.#sendCommandBlock();
  }

  #commandBlockArrived({ information }: InformationBlock): void {
    this.#offset += information.length;
    this.#state.sendSequence = other(this.#state.sendSequence);
    this.#outstanding = undefined;
  }

  #obey(request: SupervisoryBlock): Step {
    switch (request.name) {
      case 'wtx':
        this.#timeExtensions = counted(this.#timeExtensions, MAXIMUM_TIME_EXTENSIONS, 'S(WTX)');
        return { outcome: 'send', block: { ...request, isResponse: true }, waitingTimes: request.value };
      case 'ifs':
        this.#ifsRequests = counted(this.#ifsRequests, MAXIMUM_IFS_REQUESTS, 'S(IFS)');
        this.#state.cardInformationLength = Math.min(request.value, this.#state.longestInformation);
        return { outcome: 'send', block: { ...request, isResponse: true } };
      case 'abort':
        return { outcome: 'abort' };
      case 'resynch': // the host's word alone
        return this.#complain('other', outOfPlace(request));
    }
  }

  /** Asks for the block again. Where an R-block was the last thing we said, the same one is said again (rule 7.2). */
  #complain(complaint: Complaint, fault: ReaderError): Step {
    const said = this.#lastSent;
    const block: T1Block = said?.kind === 'R' ? said : { kind: 'R', sequence: this.#state.receiveSequence, complaint };
    return this.#repeat(fault, () => ({ outcome: 'send', block }));
  }

  #repeat(fault: ReaderError, again: () => Step): Step {
    this.#repetitions++;
    return this.#repetitions > MAXIMUM_REPETITIONS ? { outcome: 'lost', fault } : again();
  }

  /** The card gives the chain up. It gets its answer and one word of its own; the command is lost all the same. */
  async #concedeAbort(): Promise<never> {
    await this.#send({ kind: 'S', name: 'abort', isResponse: true });
    throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'T=1: the card gave the command up', facts: { block: 'abort' } });
  }
}

class ResponseChain {
  readonly #parts: Bytes[] = [];
  #length = 0;
  #emptyInARow = 0;

  add({ information, more }: InformationBlock): void {
    this.#parts.push(information);
    this.#length += information.length;
    this.#emptyInARow = information.length === 0 ? this.#emptyInARow + 1 : 0;
    const endless = more && (this.#emptyInARow >= MAXIMUM_EMPTY_BLOCKS || this.#parts.length >= MAXIMUM_RESPONSE_BLOCKS);
    if (!endless && this.#length <= MAXIMUM_RESPONSE_LENGTH) return;
    const facts = { blocks: this.#parts.length, length: this.#length };
    throw new ReaderError({ code: 'READER_BUDGET_EXCEEDED', message: 'T=1: a response without end', facts });
  }

  join(): Bytes {
    if (this.#length < STATUS_WORD_LENGTH) {
      throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'T=1: response without a status word', facts: { length: this.#length } });
    }
    return concatBytes(...this.#parts);
  }
}

function other(sequence: SequenceBit): SequenceBit {
  return sequence === 0 ? 1 : 0;
}

function counted(count: number, maximum: number, what: string): number {
  if (count === maximum) throw new ReaderError({ code: 'READER_BUDGET_EXCEEDED', message: `T=1: ${what} without end`, facts: { requests: count } });
  return count + 1;
}
