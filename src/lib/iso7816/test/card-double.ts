/**
 * A card for tests that is asked in hexadecimal and answers in hexadecimal, and everything it was sent.
 * For hostile and endless cards, where a transcript would not end; published exchanges are replayed by `#replay` instead.
 */
import { hex, unhex, type Outgoing } from '#bytes';
import type { Slot } from '#reader';
import { connectCard, type AllowList, type CardConnection, type LinkBudget } from '../index.ts';

export const LICENCE_AID = 'A0000002310600000000000000000000';
export const CARD_INFO_AID = 'D3921000310001010408';

/** What the product needs of the two applications, and no more. */
export const productList: AllowList = [
  { aid: unhex(LICENCE_AID), readableFiles: [0x001a, 0x001b, 0x001c], keys: [{ efIdentifier: 0x0006, length: 4 }] },
  {
    aid: unhex(CARD_INFO_AID),
    readableFiles: [0x0002, 0x0003, 0x0004],
    keys: [
      { efIdentifier: 0x0011, length: 4 },
      { efIdentifier: 0x0015, length: 14 },
    ],
  },
];

export interface Sent extends Outgoing {
  /** As it was when it left, before any wiping. */
  readonly hex: string;
}

export interface CardDouble {
  readonly slot: Slot;
  readonly sent: Sent[];
  /** Hexadecimal of everything sent, in order. */
  readonly log: () => readonly string[];
}

export function cardDouble(answer: (command: string, index: number) => string | Promise<string>): CardDouble {
  const sent: Sent[] = [];
  const slot: Slot = {
    index: 0,
    carriesExtended: true,
    bestReadLength: 256,
    presence: () => Promise.resolve('active'),
    watchPresence: () => () => undefined,
    connect: () => Promise.resolve({ atr: unhex('3B888001000005E0B381A1007F') }),
    transmit: async (command) => {
      const asHex = hex(command.bytes);
      sent.push({ ...command, hex: asHex });
      return unhex(await answer(asHex, sent.length - 1));
    },
    disconnect: () => Promise.resolve(),
  };
  return { slot, sent, log: () => sent.map((command) => command.hex) };
}

/** Selects with `9000`, tells ten tries, verifies anything; every other command goes to `answer`. */
export function willing(answer: (command: string, index: number) => string | Promise<string> = () => '9000'): CardDouble {
  return cardDouble((command, index) => {
    if (command.startsWith('00A4')) return '9000';
    if (/^002000..$/u.test(command)) return '63CA';
    if (command.startsWith('0020')) return '9000';
    return answer(command, index);
  });
}

/** A connection with the licence application and WEF02 selected; the log starts behind that. */
export async function readingLicence(double: CardDouble, budget?: LinkBudget): Promise<CardConnection> {
  const card = await connectCard(double.slot, productList, budget ? { budget } : {});
  await card.selectApplication(unhex(LICENCE_AID));
  await card.selectFile(0x001b);
  double.sent.length = 0;
  return card;
}
