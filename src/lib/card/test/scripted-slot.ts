/** A slot that knows which APDUs come, in order and to the byte, and fails on anything else and on leftovers. */
import { expect } from 'vitest';
import { hex, unhex, type Bytes } from '#bytes';
import { connectCard, type CardConnection } from '#iso7816';
import { cardAllowList } from '../allow-list.ts';

type Slot = Parameters<typeof connectCard>[0];

/** Command and response, hex; spaces are free. */
export type Exchange = readonly [command: string, response: string];

export interface ScriptedCard {
  readonly connection: CardConnection;
  /** Every command sent so far, hex. */
  readonly sent: readonly string[];
  assertFinished(): void;
}

export async function scriptedCard(exchanges: readonly Exchange[]): Promise<ScriptedCard> {
  const sent: string[] = [];
  const slot = slotOf((command) => {
    const [expected, response] = exchanges[sent.length] ?? ['nothing more', ''];
    sent.push(hex(command));
    expect(hex(command)).toBe(expected.replace(/\s/gu, ''));
    return unhex(response);
  });
  const connection = await connectCard(slot, cardAllowList);
  return { connection, sent, assertFinished: () => expect(sent.length).toBe(exchanges.length) };
}

/** A slot over one function from command to response. */
export function slotOf(answer: (command: Bytes) => Bytes): Slot {
  return {
    index: 0,
    carriesExtended: false,
    bestReadLength: 256,
    presence: () => Promise.resolve('active'),
    watchPresence: () => () => undefined,
    connect: () => Promise.resolve({ atr: unhex('3B888001000005E0B381A1007F') }),
    transmit: (command) => Promise.resolve().then(() => answer(command.bytes.slice())),
    disconnect: () => Promise.resolve(),
  };
}

/** The code of what a promise rejects with; `undefined` when it does not. */
export async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}
