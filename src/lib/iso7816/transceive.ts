/**
 * One question and its whole answer: 61xx (GET RESPONSE) and 6Cxx (the same command with another Le),
 * ISO/IEC 7816-4 §5.1.3 and §11.4, at every reader level. A command that carries a secret is never sent again.
 */
import { concatBytes, Secret, type Bytes } from '#bytes';
import { ApduError } from './apdu-error.ts';
import type { CommandApdu } from './command-apdu.ts';
import type { GuardedLink } from './guarded-link.ts';
import { checkLength, type ResponseApdu } from './response-apdu.ts';
import { lengthIn, statusWords, sw1, sw1Of } from './status-word.ts';

/** Rounds of GET RESPONSE for one command: 256 of 256 bytes are the largest answer there is. */
const MAX_ROUNDS = 256;

export interface Answer extends ResponseApdu {
  /** The Le that was answered in the end: smaller than asked for after 6Cxx. */
  readonly le: number | undefined;
}

type Link = Pick<GuardedLink, 'send'>;

/**
 * @throws ApduError `RESPONSE_LOOP` when 6Cxx follows 6Cxx or 61xx brings nothing; `RESPONSE_MALFORMED` on more data than Le; others as `GuardedLink.send`.
 */
export async function transceive(link: Link, command: CommandApdu): Promise<Answer> {
  const { asked, response } = await sendWithRightLe(link, command);
  const expected = asked.le ?? 0;
  checkLength(response.data, expected);
  return { ...(await collect(link, response, expected)), le: asked.le };
}

async function sendWithRightLe(link: Link, command: CommandApdu): Promise<{ readonly asked: CommandApdu; readonly response: ResponseApdu }> {
  const response = await link.send(command);
  // Without Le there is none to correct: an empty VERIFY stays four bytes long.
  if (sw1Of(response.statusWord) !== sw1.wrongLe || command.le === undefined || command.data instanceof Secret) return { asked: command, response };
  const asked = { ...command, le: lengthIn(response.statusWord) };
  const repeated = await link.send(asked);
  if (sw1Of(repeated.statusWord) === sw1.wrongLe) throw loop('6Cxx again after Le was corrected', repeated.statusWord);
  return { asked, response: repeated };
}

async function collect(link: Link, first: ResponseApdu, expected: number): Promise<ResponseApdu> {
  let { data, statusWord } = first;
  for (let round = 0; sw1Of(statusWord) === sw1.moreData; round++) {
    const missing = expected - data.length;
    if (missing === 0) return enough(data, statusWord, expected);
    if (round === MAX_ROUNDS) throw loop('61xx without end', statusWord);
    const { response } = await sendWithRightLe(link, getResponse(Math.min(lengthIn(statusWord), missing)));
    if (response.data.length === 0 && sw1Of(response.statusWord) === sw1.moreData) throw loop('GET RESPONSE brought nothing', response.statusWord);
    checkLength(response.data, missing);
    data = concatBytes(data, response.data);
    statusWord = response.statusWord;
  }
  return { data, statusWord };
}

/** The card has more than Le. What was asked for is here; where nothing was asked for, it should not have offered. */
function enough(data: Bytes, statusWord: number, expected: number): ResponseApdu {
  if (expected === 0) throw new ApduError({ code: 'RESPONSE_MALFORMED', message: '61xx to a command without Le', facts: { statusWord } });
  return { data, statusWord: statusWords.done };
}

function getResponse(length: number): CommandApdu {
  return { cla: 0x00, ins: 0xc0, p1: 0x00, p2: 0x00, le: length };
}

function loop(message: string, statusWord: number): ApduError {
  return new ApduError({ code: 'RESPONSE_LOOP', message, facts: { statusWord } });
}
