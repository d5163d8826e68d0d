/**
 * Presence where blocks are out of reach (T2, T3): the PUPI the reader tells, PC/SC part 3 GET DATA. It may be random at each activation,
 * so one that changes means that the activation is not ours any more. A reader that never tells it is believed until an exchange fails.
 */
import { equalBytes, type Bytes } from '#bytes';
import { ReaderError } from '../../reader-error.ts';
import { splitStatusWord } from '../answer.ts';
import type { EscapeChannel } from '../escape-channel.ts';
import { payloads } from '../payloads.ts';

const SUCCESS = 0x9000;
const PUPI_LENGTH = 4;

export async function presenceByPupi(channel: EscapeChannel): Promise<() => Promise<boolean>> {
  const first = await askPupi(channel).catch(unlessLost);
  return async () => {
    if (first === undefined) return true;
    const now = await askPupi(channel);
    return now !== undefined && equalBytes(now, first);
  };
}

async function askPupi(channel: EscapeChannel): Promise<Bytes | undefined> {
  const { body, statusWord } = splitStatusWord(await channel.escape({ bytes: payloads.pupi, secret: false }));
  return statusWord === SUCCESS && body.length === PUPI_LENGTH ? body : undefined;
}

function unlessLost(error: unknown): undefined {
  if (!(error instanceof ReaderError) || error.code === 'READER_LOST') throw error;
  return undefined;
}
