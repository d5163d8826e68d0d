/**
 * The seam where whole APDUs become what a reader takes: APDUs or TPDUs. CCID Rev 1.1 §3.2, §6.1.4.
 * Types only; who drives which level is in ccid/level-driver.ts.
 */
import type { Bytes, Outgoing } from '#bytes';
import type { Atr } from './atr.ts';
import type { CommandCapacity } from './command-capacity.ts';
import type { ReaderQuirks } from './ccid/quirks.ts';
import type { ReaderDuties } from './ccid/reader-duties.ts';
import type { SpeedMemory } from './ccid/speed-memory.ts';

/** One XfrBlock. */
export interface Block {
  readonly data: Outgoing;
  /** wLevelParameter */
  readonly levelParameter: number;
  /** bBWI */
  readonly blockWaitingTime: number;
}

/** The DataBlock that answered it. */
export interface BlockReply {
  readonly data: Bytes;
  /** bChainParameter */
  readonly chainParameter: number;
}

/** What a level may do with the card in one slot; valid during one call only. */
export interface BlockLink {
  /** Sends once. @throws ReaderError */
  xfrBlock(block: Block): Promise<BlockReply>;
  /** A parameter the reader cannot change is no fault: it `kept` its own. @throws ReaderError */
  setParameters(protocol: 0 | 1, parameters: Bytes): Promise<'taken' | 'kept'>;
  /** bProtocolNum of the parameters in force; undefined when the reader does not tell. @throws ReaderError */
  reportedProtocol(): Promise<number | undefined>;
  /** Power on again without powering off, at the same voltage: everything negotiated is gone. Gives the answer to reset. @throws ReaderError */
  warmReset(): Promise<Bytes>;
}

export interface PoweredCard {
  readonly atr: Atr;
  readonly duties: ReaderDuties;
  readonly quirks: ReaderQuirks;
  /** Rates of GET_DATA_RATES [bit/s]; empty = not known. */
  readonly dataRates: readonly number[];
  /** The reader's, from one card to the next. */
  readonly speeds: SpeedMemory;
}

/** A card that has been negotiated with. Holds what the level must remember between APDUs. */
export interface CardExchange extends CommandCapacity {
  /** One command, one response of at least two bytes; one that carries a secret reaches the card at most once. @throws ReaderError */
  transmit(link: BlockLink, command: Outgoing): Promise<Bytes>;
}

/** Its capacity is what may be hoped for before a card is there. */
export interface ExchangeLevelDriver extends CommandCapacity {
  /** Negotiates right after power-on. @throws ReaderError */
  begin(link: BlockLink, card: PoweredCard): Promise<CardExchange>;
}
