/**
 * TPDU level: the reader moves T=1 blocks or T=0 TPDUs, the rest of the protocol is ours. CCID Rev 1.1 §3.2.1, §6.1.4 (wLevelParameter 0).
 */
import { readLengthFilling, readLengthWithin } from '../command-capacity.ts';
import type { ExchangeLevelDriver, PoweredCard } from '../exchange-level.ts';
import { T0Exchange } from '../t0/t0-exchange.ts';
import { LONGEST_INFORMATION, PROLOGUE_LENGTH } from '../t1/block.ts';
import { crc, lrc } from '../t1/check-code.ts';
import { T1Exchange } from '../t1/t1-exchange.ts';
import type { ReaderDuties } from './reader-duties.ts';
import { HEADER_LENGTH } from './replies.ts';
import { startCard } from './start-card.ts';

/** `budgetMs`: most that one command may take with all its blocks. */
export function tpduLevel(duties: ReaderDuties, budgetMs: number): ExchangeLevelDriver {
  const maximumLength = duties.maximumMessageLength - HEADER_LENGTH;
  return {
    carriesExtended: duties.protocols.includes(1),
    bestReadLength: readLengthWithin(maximumLength, readLengthFilling(duties.informationFieldLength)),
    begin: (link, powered) =>
      startCard(link, powered, async (card, { protocol }) => {
        if (protocol === 0) return { exchange: new T0Exchange(maximumLength), isProved: false };
        const exchange = t1Exchange(card, maximumLength, budgetMs);
        await exchange.start(link);
        return { exchange, isProved: !card.duties.readerSendsIfs };
      }),
  };
}

function t1Exchange({ atr, duties }: PoweredCard, maximumLength: number, budgetMs: number): T1Exchange {
  const checkCode = atr.t1.crc ? crc : lrc;
  const longestInformation = Math.min(LONGEST_INFORMATION, maximumLength - PROLOGUE_LENGTH - checkCode.length);
  return new T1Exchange({
    checkCode,
    cardInformationLength: atr.t1.informationFieldLength,
    longestInformation,
    hostInformationLength: Math.min(duties.informationFieldLength, longestInformation),
    // Not `hostSendsIfs`: a reader that names no protocol at all (MySmartPad) has T=1 if the card has.
    readerAnnouncesLength: duties.readerSendsIfs,
    budgetMs,
  });
}
