/** Reading a whole EF with short identifiers, with what a card may make of them (ISO/IEC 7816-4 §7.3.2), and with extended Le. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex, unhex, type Bytes } from '#bytes';
import { connectCard, type CardConnection, type FileReadOptions } from './index.ts';
import { cardDouble, LICENCE_AID, productList, type CardDouble } from './test/card-double.ts';

const bytesOf = (length: number, seed: number): Bytes => Uint8Array.from({ length }, (_, index) => (index * 7 + seed) % 253);
/** Three readable EFs, and the key EF that is current after a VERIFY. */
const files: Readonly<Record<number, Bytes>> = { 0x1a: bytesOf(3, 1), 0x1b: bytesOf(700, 2), 0x1c: bytesOf(445, 3) };
const options: FileReadOptions = { maximumLength: 1000 };

interface Habits {
  /** `standard`: selects the EF as well. `readsOnly`: reads, the current EF stays. A status word: the answer to every short identifier. */
  readonly shortIdentifiers: string;
  /** What an offset read answers while a key EF, or none, is current. */
  readonly withoutFile?: string;
  /** `answered`, or the status word for every extended Le. */
  readonly extended?: string;
  readonly past?: string;
  readonly maxRead?: number;
}

/** A card of its own: takes the commands apart itself. */
class HabitualCard {
  #current: number | undefined;
  readonly #habits: Required<Habits>;
  readonly #contents: Readonly<Record<number, Bytes>>;

  constructor(habits: Habits, contents: Readonly<Record<number, Bytes>>) {
    this.#habits = { withoutFile: '6986', extended: '6700', past: '6B00', maxRead: 65_536, ...habits };
    this.#contents = contents;
  }

  answer(command: string): string {
    const [, ins, p1 = 0, p2 = 0, ...body] = unhex(command);
    if (ins === 0xb0) return this.#readBinary(p1, p2, body);
    if (ins !== 0xa4) return '6D00';
    return p1 === 0x04 ? '9000' : this.#select((body[1] ?? 0) * 256 + (body[2] ?? 0));
  }

  #readBinary(p1: number, p2: number, body: readonly number[]): string {
    const { extended } = this.#habits;
    if (body.length === 3 && extended !== 'answered') return extended;
    return p1 < 0x80 ? this.#readCurrent(p1 * 256 + p2, expectedLength(body)) : this.#readShort(p1 - 0x80, p2, expectedLength(body));
  }

  #select(wanted: number): string {
    if (this.#contents[wanted] === undefined) return '6A82';
    this.#current = wanted;
    return '9000';
  }

  #readShort(wanted: number, offset: number, le: number): string {
    const { shortIdentifiers } = this.#habits;
    if (shortIdentifiers !== 'standard' && shortIdentifiers !== 'readsOnly') return shortIdentifiers;
    const file = this.#contents[wanted];
    if (file === undefined) return '6A82';
    if (shortIdentifiers === 'standard') this.#current = wanted;
    return this.#read(file, offset, le);
  }

  #readCurrent(offset: number, le: number): string {
    const file = this.#current === undefined ? undefined : this.#contents[this.#current];
    return file === undefined ? this.#habits.withoutFile : this.#read(file, offset, le);
  }

  #read(file: Bytes, offset: number, le: number): string {
    const { past, maxRead } = this.#habits;
    const left = file.length - offset;
    if (left <= 0) return past;
    if (le > maxRead) return `6C${(Math.min(maxRead, left) % 256).toString(16).padStart(2, '0')}`;
    return `${hex(file.slice(offset, offset + le))}${le > left && past === '6282' ? '6282' : '9000'}`;
  }
}

function expectedLength(body: readonly number[]): number {
  const value = body.length === 3 ? (body[1] ?? 0) * 256 + (body[2] ?? 0) : (body[0] ?? 0);
  if (value > 0) return value;
  return body.length === 3 ? 65_536 : 256;
}

function card(habits: Habits, contents: Readonly<Record<number, Bytes>> = files): CardDouble {
  const habitual = new HabitualCard(habits, contents);
  return cardDouble((command) => habitual.answer(command));
}

async function opened(double: CardDouble, extendedLe: 'learn' | 'never' = 'never'): Promise<CardConnection> {
  const connection = await connectCard(double.slot, productList, { extendedLe });
  await connection.selectApplication(unhex(LICENCE_AID));
  double.sent.length = 0;
  return connection;
}

async function readAll(connection: CardConnection): Promise<readonly unknown[]> {
  const outcomes = [];
  for (const efIdentifier of [0x1b, 0x1c, 0x1a]) outcomes.push(await connection.readFile(efIdentifier, options));
  return outcomes;
}

const everything = [0x1b, 0x1c, 0x1a].map((efIdentifier) => ({ outcome: 'read', bytes: files[efIdentifier] }));

describe('short EF identifiers', () => {
  it('save every SELECT where the card keeps to the standard', async () => {
    const double = card({ shortIdentifiers: 'standard' });
    expect(await readAll(await opened(double))).toEqual(everything);
    expect(double.log().filter((command) => command.startsWith('00A4'))).toEqual([]);
    expect(double.log()[0]).toBe('00B09B0000');
  });

  it.each(['6986', '6981', '6982', '6B00', '6A82', '9000'])(
    'a card that does not select by them is found out, whatever it says (%s), and read by SELECT',
    async (word) => {
      const double = card({ shortIdentifiers: 'readsOnly', withoutFile: word });
      expect(await readAll(await opened(double))).toEqual(everything);
      // Tried once, with the first file; the two others are selected at once.
      expect(double.log().filter((command) => command.startsWith('00B09'))).toEqual(['00B09B0000']);
    },
  );

  it.each(['6A82', '6A86', '6D00', '6982', '6981', '6985', '6B00', '9000', '6282'])('a card that answers them %s is read by SELECT', async (word) => {
    const double = card({ shortIdentifiers: word });
    expect(await readAll(await opened(double))).toEqual(everything);
    expect(double.log().filter((command) => command.startsWith('00B09'))).toHaveLength(1);
  });

  it('a file that is not there is looked for by SELECT before it is called missing, and says nothing against the others', async () => {
    const double = card({ shortIdentifiers: 'standard' }, Object.fromEntries(Object.entries(files).filter(([id]) => Number(id) !== 0x1c)));
    const connection = await opened(double);
    expect(await connection.readFile(0x1c, options)).toEqual({ outcome: 'notFound' });
    expect(await connection.readFile(0x1b, options)).toEqual({ outcome: 'read', bytes: files[0x1b] });
    expect(double.log().slice(0, 3)).toEqual(['00B09C0000', '00A4020C02001C', '00B09B0000']);
  });

  it('a file that nobody listed is not read, by either way', async () => {
    const double = card({ shortIdentifiers: 'standard' });
    await expect((await opened(double)).readFile(0x01, options)).rejects.toMatchObject({ code: 'COMMAND_NOT_ALLOWED' });
    expect(double.log()).toEqual([]);
  });

  it('a fault of the card in the middle is one, and is asked again once at most', async () => {
    const double = cardDouble((command) => (command.startsWith('00B09') ? `${'00'.repeat(256)}9000` : command.startsWith('00A4') ? '9000' : '6F00'));
    await expect((await opened(double)).readFile(0x1b, options)).rejects.toMatchObject({ code: 'UNEXPECTED_STATUS' });
    expect(double.log()).toEqual(['00B09B0000', '00B0010000', '00A4020C02001B', '00B0010000']);
  });
});

describe('extended Le', () => {
  const learn = async (double: CardDouble): Promise<CardConnection> => {
    const connection = await opened(double, 'learn');
    expect(await connection.readByShortIdentifier(0x1a, 3)).toEqual({ outcome: 'read', bytes: files[0x1a] });
    return connection;
  };

  it('is used for whole files once the card has answered it', async () => {
    const double = card({ shortIdentifiers: 'standard', extended: 'answered' });
    const connection = await learn(double);
    expect(connection.extendedLe).toBe('answered');
    // Without a word about the end of the file, the end is asked for.
    expect(await readAll(connection)).toEqual(everything);
    expect(double.log()[0]).toBe('00B09A00000003');
    expect(double.log()[1]).toBe('00B09B000003E9');
  });

  it('takes one command a file where the content says that it is whole', async () => {
    const double = card({ shortIdentifiers: 'standard', extended: 'answered' });
    const connection = await learn(double);
    double.sent.length = 0;
    for (const efIdentifier of [0x1b, 0x1c]) {
      const outcome = await connection.readFile(efIdentifier, { ...options, isWhole: (received) => received.length === files[efIdentifier]?.length });
      expect(outcome).toEqual({ outcome: 'read', bytes: files[efIdentifier] });
    }
    expect(double.log()).toHaveLength(2);
  });

  it.each(['6700', '6D00', '6A86', '6B00', '9000', '6982'])('is not used with a card that answers %s, and costs one command', async (word) => {
    const double = card({ shortIdentifiers: 'standard', extended: word });
    const connection = await learn(double);
    expect(connection.extendedLe).toBe('refused');
    expect(await readAll(connection)).toEqual(everything);
    expect(double.log().filter((command) => command.startsWith('00B09A0000'))).toEqual(['00B09A00000003', '00B09A0000']);
    expect(double.log().every((command) => command === '00B09A00000003' || command.length <= 14)).toBe(true);
  });

  it('is given up when the card refuses it to a larger file', async () => {
    const [willing, unwilling] = [
      new HabitualCard({ shortIdentifiers: 'standard', extended: 'answered' }, files),
      new HabitualCard({ shortIdentifiers: 'standard' }, files),
    ];
    const double = cardDouble((command) => (command.startsWith('00B09A') ? willing : unwilling).answer(command));
    const connection = await learn(double);
    expect(await connection.readFile(0x1b, options)).toEqual({ outcome: 'read', bytes: files[0x1b] });
    expect(double.log().slice(1, 3)).toEqual(['00B09B000003E9', '00B09B0000']);
  });

  it('a file that is longer than its limit is one, in one command', async () => {
    const double = card({ shortIdentifiers: 'standard', extended: 'answered' });
    await expect((await learn(double)).readFile(0x1b, { maximumLength: 600 })).rejects.toMatchObject({ code: 'CARD_FILE_TOO_LONG' });
    expect(double.log()).toHaveLength(2);
  });

  it.each(['never', 'learn'] as const)('%s: a reader that carries none is not asked to', async (extendedLe) => {
    const double = card({ shortIdentifiers: 'standard', extended: 'answered' });
    const slot = extendedLe === 'learn' ? { ...double.slot, carriesExtended: false } : double.slot;
    const connection = await connectCard(slot, productList, { extendedLe });
    await connection.selectApplication(unhex(LICENCE_AID));
    await connection.readByShortIdentifier(0x1a, 3);
    expect(connection.extendedLe).toBe('notAsked');
    expect(double.log()[1]).toBe('00B09A0003');
  });

  it('a fault over the question leaves it standing, so that nobody asks again', async () => {
    const double = cardDouble((command) => (command.length > 10 && command.startsWith('00B0') ? Promise.reject(new Error('mute')) : '9000'));
    const connection = await opened(double, 'learn');
    await expect(connection.readByShortIdentifier(0x1a, 3)).rejects.toThrow('mute');
    expect(connection.extendedLe).toBe('asking');
  });

  it('is allowed for READ BINARY alone', async () => {
    const double = card({ shortIdentifiers: 'standard', extended: 'answered' });
    const connection = await learn(double);
    await connection.remainingTries({ shortEfIdentifier: 0x06 });
    expect(double.log().at(-1)).toBe('00200086');
  });
});

describe('whatever the card makes of it', () => {
  const habits = fc.record({
    shortIdentifiers: fc.constantFrom('standard', 'readsOnly', '6A82', '6A86', '6D00', '6B00', '6700', '9000'),
    withoutFile: fc.constantFrom('6986', '6981', '6982', '6B00', '9000'),
    extended: fc.constantFrom('answered', '6700', '6D00'),
    past: fc.constantFrom('6B00', '6282', '9000'),
    maxRead: fc.constantFrom(65_536, 256, 128, 84, 1),
  });

  it('a file comes whole or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(habits, fc.integer({ min: 1, max: 900 }), fc.constantFrom(1, 84, 251, 256), fc.boolean(), async (how, length, best, told) => {
        const file = bytesOf(length, 5);
        const double = card(how, { ...files, 0x1b: file });
        const connection = await connectCard({ ...double.slot, bestReadLength: best }, productList, {
          extendedLe: 'learn',
          budget: { apdus: 4000, bytes: 0x4_0000 },
        });
        await connection.selectApplication(unhex(LICENCE_AID));
        await connection.readByShortIdentifier(0x1a, 3).catch(() => undefined);
        const read = await connection.readFile(0x1b, {
          ...options,
          ...(told ? { totalLength: (received) => (received.length > 0 ? length : undefined) } : {}),
        });
        expect(read).toEqual({ outcome: 'read', bytes: file });
        expect(await connection.readFile(0x1c, options)).toEqual({ outcome: 'read', bytes: files[0x1c] });
      }),
      { numRuns: 300 },
    );
  });
});
