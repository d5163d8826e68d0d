/**
 * The seam where whole APDUs become what a reader takes: APDUs, TPDUs or bytes. CCID Rev 1.1 §3.2, §6.1.4.
 * Types only; who drives which level is in ccid/level-driver.ts. TPDU level plugs in as one more `ExchangeLevelDriver`.
 */
import type { Bytes, Outgoing } from '#bytes';
import type { Atr } from './atr.ts';
import type { ReaderDuties } from './ccid/reader-duties.ts';

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
  /** A parameter the reader cannot change is no fault. @throws ReaderError */
  setParameters(protocol: 0 | 1, parameters: Bytes): Promise<void>;
}

export interface PoweredCard {
  readonly atr: Atr;
  readonly duties: ReaderDuties;
  /** Rates of GET_DATA_RATES [bit/s]; empty = not known. */
  readonly dataRates: readonly number[];
}

/** A card that has been negotiated with. Holds what the level must remember between APDUs. */
export interface CardExchange {
  /** One command, one response of at least two bytes; never twice. @throws ReaderError */
  transmit(link: BlockLink, command: Outgoing): Promise<Bytes>;
}

export interface ExchangeLevelDriver {
  readonly extendedLength: boolean;
  /** Negotiates right after power-on. @throws ReaderError */
  begin(link: BlockLink, card: PoweredCard): Promise<CardExchange>;
}
