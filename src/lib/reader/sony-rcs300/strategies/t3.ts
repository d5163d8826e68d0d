/**
 * T3: the card's APDU is the payload of the escape itself, without a session; the interface activates by itself and leaves its field to
 * itself. A card that is let go is made to forget its PIN by selecting another application. The reader's own `90 00` may stand behind the
 * response: the answer to SELECT, which has no data, tells.
 */
import type { Bytes, Outgoing } from '#bytes';
import { shortCapacity } from '../../command-capacity.ts';
import type { ActiveCard } from '../../contactless-slot.ts';
import { ReaderError } from '../../reader-error.ts';
import { readAnswer, splitStatusWord } from '../answer.ts';
import { notDone, type Sessions } from '../sessions.ts';
import { refused } from '../session.ts';
import { presenceByPupi } from './pupi.ts';
import { cardRemoved, isWordOfCard, responseOf, SELECT_CARD_INFO, type Strategy, type StrategyParts } from './strategy.ts';

/** A card may take this long; the reader asks for more by time extension [ms]. */
const APDU_TIMEOUT_MS = 5_500;
/** `C0 03 xx SW1 SW2 90 00`: the reader's result, and no response that any file of these cards gives. */
const RESULT_LENGTH = 7;
const READER_DONE = 0x9000;
const OTHER_CLIENT = 0x698a;
/** "No information" and "conditions not satisfied": what a reader says that has no card to ask. */
const wordsWithoutCard: readonly number[] = [0x6300, 0x6985];

/** How the response to SELECT came. */
type Finding = { readonly found: 'card'; readonly appended: boolean } | { readonly found: 'nothing' };

export function strategyT3({ sessions }: StrategyParts): Strategy {
  return {
    name: 'T3',
    async detect() {
      await sessions.end();
      return (await look(sessions)).found === 'card' ? 'present' : 'absent';
    },
    async activate(isProbing) {
      await sessions.end();
      const finding = await look(sessions);
      if (finding.found === 'nothing') throw new ReaderError({ code: 'CARD_ABSENT', message: 'No card answers' });
      const isPresent = await presenceByPupi(sessions.channel);
      return cardOf(sessions, { isProbing, appended: finding.appended, isPresent });
    },
    proves: isWordOfCard,
  };
}

async function look({ channel }: Sessions): Promise<Finding> {
  const payload = await channel.escape(SELECT_CARD_INFO);
  const result = readerResult(payload);
  if (result?.result === 'noAnswer') return { found: 'nothing' };
  if (result !== undefined) throw notDone(result);
  const { body, statusWord } = splitStatusWord(payload);
  const appended = body.length === 2 && statusWord === READER_DONE;
  const response = appended ? body : payload;
  if (isWordOfCard(response)) return { found: 'card', appended };
  if (response.length === 2 && wordsWithoutCard.includes(splitStatusWord(response).statusWord)) return { found: 'nothing' };
  throw refused(statusWord);
}

interface Terms {
  readonly isProbing: boolean;
  readonly appended: boolean;
  readonly isPresent: () => Promise<boolean>;
}

function cardOf(sessions: Sessions, { isProbing, appended, isPresent }: Terms): ActiveCard {
  const { channel } = sessions;
  let isTrusted = !isProbing;
  const transmit = async (command: Outgoing): Promise<Bytes> => {
    const { silenceMs } = channel.timings;
    const payload = await channel.escape(command, { timeoutMs: isTrusted ? Math.max(silenceMs, APDU_TIMEOUT_MS) : silenceMs });
    assertFromCard(payload);
    isTrusted = true;
    return responseOf(appended ? withoutReadersWord(payload) : payload);
  };
  return {
    ...shortCapacity,
    atr: new Uint8Array(0),
    transmit,
    isPresent,
    async release() {
      await transmit(SELECT_CARD_INFO);
    },
  };
}

/** @throws ReaderError */
function assertFromCard(payload: Bytes): void {
  const result = readerResult(payload);
  if (result !== undefined && (result.result === 'noAnswer' || result.result === 'otherClient')) throw cardRemoved();
  if (result !== undefined) throw notDone(result);
  if (payload.length === 2 && splitStatusWord(payload).statusWord === OTHER_CLIENT) throw cardRemoved();
}

/** @throws ReaderError `READER_MALFORMED_MESSAGE` */
function withoutReadersWord(payload: Bytes): Bytes {
  const { body, statusWord } = splitStatusWord(payload);
  if (statusWord === READER_DONE) return body;
  throw new ReaderError({ code: 'READER_MALFORMED_MESSAGE', message: 'The reader has not put its word behind the response', facts: { statusWord } });
}

function readerResult(payload: Bytes): ReturnType<typeof readAnswer> | undefined {
  const [tag, length, kind] = payload;
  const isResult = payload.length === RESULT_LENGTH && tag === 0xc0 && length === 0x03 && (kind === 0x01 || kind === 0x02);
  return isResult ? readAnswer(payload) : undefined;
}
