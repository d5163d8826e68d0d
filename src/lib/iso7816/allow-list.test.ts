/** What is not on the allow-list never reaches the slot: no sequence of calls, no answer of the card and no interleaving changes that. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { hex, RoomError, Secret, unhex, type Bytes } from '#bytes';
import { connectCard, type AllowedApplication, type AllowList, type CardConnection, type KeyReference } from './index.ts';
import { CARD_INFO_AID, LICENCE_AID, cardDouble, productList, readingLicence, willing } from './test/card-double.ts';

/** Where EF 0001 is harmless: card-info-applet.md §12. */
const CARD_FACE_AID = 'D3921000310001010402';
const cardFace: AllowedApplication = { aid: unhex(CARD_FACE_AID), readableFiles: [0x0001, 0x0002], keys: [{ efIdentifier: 0x0012, length: 14 }] };
const licenceApplication: AllowedApplication = { aid: unhex(LICENCE_AID), readableFiles: [0x001a], keys: [{ efIdentifier: 0x0006, length: 4 }] };
const cardInfo: AllowedApplication = { aid: unhex(CARD_INFO_AID), readableFiles: [0x0002, 0x0003], keys: [{ efIdentifier: 0x0015, length: 14 }] };

type Call = (card: CardConnection) => Promise<unknown>;

const identifier = fc.oneof(
  fc.constantFrom(0x0001, 0x0002, 0x0006, 0x0011, 0x0012, 0x0013, 0x0014, 0x0015, 0x001a, 0x001b, 0x3f00),
  // Values that a mask would turn into EF 0001 or into a short identifier.
  fc.constantFrom(0x1_0001, 0x8001, 0x0101, 0x81, -1, -0x7f, -0xffff, 0x1_0000_0001, 1.5, Number.NaN, 0),
  fc.integer({ min: 0, max: 0xffff }),
);
const aid = fc.oneof(
  fc.constantFrom(LICENCE_AID, CARD_INFO_AID, CARD_FACE_AID, CARD_INFO_AID.slice(0, 18), 'A000000151000000', '3F00').map(unhex),
  fc.uint8Array({ minLength: 0, maxLength: 17 }).map((bytes) => new Uint8Array(bytes)),
);
const callsTo = (aids: fc.Arbitrary<Bytes>, identifiers: fc.Arbitrary<number>): fc.Arbitrary<Call> =>
  fc.oneof(
    aids.map(
      (bytes): Call =>
        (card) =>
          card.selectApplication(bytes),
    ),
    identifiers.map(
      (file): Call =>
        (card) =>
          card.selectFile(file),
    ),
    fc.tuple(identifiers, fc.integer({ min: -1, max: 300 })).map(
      ([file, length]): Call =>
        (card) =>
          card.readByShortIdentifier(file, length),
    ),
    fc.constant<Call>((card) => card.readSelectedFile({ chunkLength: 256, maximumLength: 600 })),
    identifiers.map(
      (efIdentifier): Call =>
        (card) =>
          card.remainingTries({ efIdentifier }),
    ),
    identifiers.map(
      (shortEfIdentifier): Call =>
        (card) =>
          card.remainingTries({ shortEfIdentifier }),
    ),
    fc.tuple(fc.constantFrom('efIdentifier', 'shortEfIdentifier'), identifiers, fc.constantFrom(4, 12, 14)).map(([form, named, length]): Call => {
      const key: KeyReference = form === 'efIdentifier' ? { efIdentifier: named } : { shortEfIdentifier: named };
      return async (card) => {
        await card.remainingTries(key);
        return card.verify(key, new Secret(new Uint8Array(length).fill(0x39)));
      };
    }),
  );
/** `fault`: the slot throws, and the card may or may not have carried the command out. */
const answer = fc.constantFrom('9000', '9000', '9000', '63CA', '6282', '6283', '6982', '6A82', '6110', '6C01', '6700', '009000', 'fault');

interface Step {
  readonly call: Call;
  /** Wait for it before the next call, or let them overlap. */
  readonly isAwaited: boolean;
}

/** The applications the card may have selected now, as far as anyone can tell from outside. */
function possibleAfter(command: string, reply: string, before: ReadonlySet<string>): ReadonlySet<string> {
  if (!command.startsWith('00A404')) return before;
  const selected = command.slice(10);
  return reply === '9000' ? new Set([selected]) : new Set([...before, selected]);
}

async function play(
  allowList: AllowList,
  steps: readonly Step[],
  answers: readonly string[],
): Promise<readonly { command: string; possible: ReadonlySet<string> }[]> {
  const seen: { command: string; possible: ReadonlySet<string> }[] = [];
  // After power-on the card may have anything selected.
  let possible: ReadonlySet<string> = new Set([LICENCE_AID, CARD_INFO_AID, CARD_FACE_AID]);
  const double = cardDouble((command, index) => {
    const reply = answers[index % answers.length] ?? '9000';
    seen.push({ command, possible });
    possible = possibleAfter(command, reply, possible);
    return reply === 'fault' ? Promise.reject(new Error('cable')) : reply;
  });
  const card = await connectCard(double.slot, allowList, { budget: { apdus: 200, bytes: 0x1_0000 } });
  const pending: Promise<unknown>[] = [];
  for (const { call: run, isAwaited } of steps) {
    const outcome = run(card).catch((error: unknown) => error);
    pending.push(outcome);
    if (isAwaited) await outcome;
  }
  const faults = (await Promise.all(pending)).filter((outcome) => outcome instanceof Error && !(outcome instanceof RoomError) && outcome.message !== 'cable');
  expect(faults).toEqual([]);
  return seen;
}

/** EF a command reaches by identifier, or by short identifier in READ BINARY (any offset form) and VERIFY. */
function reaches(command: string, efIdentifier: number): boolean {
  const long = efIdentifier.toString(16).padStart(4, '0').toUpperCase();
  const flagged = (0x80 + efIdentifier).toString(16).toUpperCase();
  if (/^..A4/u.test(command)) return command.slice(4, 6) !== '04' && command.slice(10).includes(long);
  return (/^..B[01]/u.test(command) && command.slice(4, 6) === flagged) || (/^..2[01]/u.test(command) && command.slice(6, 8) === flagged);
}

const stepsOf = (call: fc.Arbitrary<Call>): fc.Arbitrary<Step[]> => fc.array(fc.record({ call, isAwaited: fc.boolean() }), { minLength: 1, maxLength: 12 });
const anyStep = stepsOf(callsTo(aid, identifier));
/** Few values, so that every order of them comes up: what is allowed in one application and forbidden in the next. */
const crossingStep = stepsOf(callsTo(fc.constantFrom(CARD_INFO_AID, CARD_FACE_AID).map(unhex), fc.constantFrom(0x0001, 0x0012)));
const answers = fc.array(answer, { minLength: 1, maxLength: 20 });
const shapes =
  /^(00A4040C(05|06|07|08|09|0A|0B|0C|0D|0E|0F|10)|00A4020C02|00B0([0-7].|8.|9.)....$|002000(8.|9.)$|00200080(04|0E)(39)+$|002000(8.|9.)(04|0E)(39)+$|00C00000..$)/u;

describe('for all calls, answers and interleavings', () => {
  test.prop([anyStep, answers], { numRuns: 500 })('EF 0001 and 照合番号A are never reached with the product list', async (calls, replies) => {
    for (const { command } of await play(productList, calls, replies)) {
      expect(command).not.toBe('00A4020C020001');
      for (const forbidden of [0x0001, 0x0012, 0x0013, 0x0014]) expect(reaches(command, forbidden)).toBe(false);
      expect(command).toMatch(shapes);
      if (command.startsWith('00A404')) expect([LICENCE_AID, CARD_INFO_AID]).toContain(command.slice(10));
    }
  });

  test.prop([crossingStep, answers], { numRuns: 500 })('EF 0001 of card-info is not reached even where another application has one', async (calls, replies) => {
    for (const { command, possible } of await play([cardInfo, cardFace, licenceApplication], calls, replies)) {
      if (reaches(command, 0x0001)) expect([...possible]).toEqual([CARD_FACE_AID]);
      if (reaches(command, 0x0012)) expect([...possible]).toEqual([CARD_FACE_AID]);
      if (reaches(command, 0x0006)) expect([...possible]).toEqual([LICENCE_AID]);
    }
  });

  test.prop([anyStep, answers], { numRuns: 300 })(
    'every VERIFY follows a count of tries for the same P2, with no SELECT of an application between',
    async (calls, replies) => {
      const log = (await play(productList, calls, replies)).map(({ command }) => command);
      log.forEach((command, index) => {
        if (!/^0020..../u.test(command) || command.length === 8) return;
        expect(log[index - 1]).toBe(command.slice(0, 8));
      });
    },
  );
});

describe('the list itself', () => {
  const refused: [string, AllowedApplication][] = [
    ['AID of 4 bytes', { ...cardInfo, aid: unhex('D3921000') }],
    ['AID of 17 bytes', { ...cardInfo, aid: new Uint8Array(17) }],
    ['EF identifier of 17 bits', { ...cardInfo, readableFiles: [0x1_0001] }],
    ['key of no bytes', { ...cardInfo, keys: [{ efIdentifier: 0x15, length: 0 }] }],
    ['key of 256 bytes', { ...cardInfo, keys: [{ efIdentifier: 0x15, length: 256 }] }],
    ['key that may be read', { ...cardInfo, readableFiles: [0x15] }],
  ];
  it.each(refused)('is refused with an %s, and the card stays off', async (_, application) => {
    let isOn = false;
    const { slot } = willing();
    const connect = (): ReturnType<typeof slot.connect> => {
      isOn = true;
      return slot.connect();
    };
    await expect(connectCard({ ...slot, connect }, [application])).rejects.toMatchObject({ code: 'APDU_INVALID' });
    expect(isOn).toBe(false);
  });

  it('cannot be lengthened afterwards', async () => {
    const readableFiles = [0x001b];
    const listAid: Bytes = unhex(LICENCE_AID);
    const double = willing();
    const card = await connectCard(double.slot, [{ aid: listAid, readableFiles, keys: [] }]);
    readableFiles.push(0x0001);
    listAid.fill(0);
    expect(await card.selectApplication(unhex(LICENCE_AID))).toEqual({ outcome: 'selected' });
    await expect(card.selectFile(0x0001)).rejects.toMatchObject({ code: 'COMMAND_NOT_ALLOWED' });
    expect(double.log().map((command) => command.slice(0, 6))).toEqual(['00A404']);
  });
});

describe('an identifier out of range', () => {
  it.each([0x1_001b, 0x1_0001, -1, 1.5, Number.NaN, 0x1_0000_001b])('EF %d is refused, never cut to fit', async (efIdentifier) => {
    const double = willing();
    const card = await readingLicence(double);
    await expect(card.selectFile(efIdentifier)).rejects.toMatchObject({ code: 'APDU_INVALID' });
    await expect(card.remainingTries({ efIdentifier })).rejects.toMatchObject({ code: 'APDU_INVALID' });
    expect(double.log()).toEqual([]);
  });

  it.each([0, 31, 0x86, 0x106, -0x7a, -1, 1.5, Number.NaN])('short EF %d is refused, never cut to fit', async (shortEfIdentifier) => {
    const double = willing();
    const card = await readingLicence(double);
    await expect(card.readByShortIdentifier(shortEfIdentifier, 3)).rejects.toMatchObject({ code: 'APDU_INVALID' });
    await expect(card.remainingTries({ shortEfIdentifier })).rejects.toMatchObject({ code: 'APDU_INVALID' });
    expect(double.log()).toEqual([]);
  });
});

describe('after a fault', () => {
  class Gone extends RoomError<'CARD_NOT_CONNECTED' | 'CARD_REMOVED' | 'READER_TIMED_OUT'> {}

  it.each([
    ['CARD_NOT_CONNECTED', false],
    // The slot lets through only what reaches the same card with its power kept (reader/slot.ts).
    ['CARD_REMOVED', true],
    ['READER_TIMED_OUT', true],
  ] as const)('%s: may reading go on?', async (code, mayGoOn) => {
    let isGone = true;
    const double = willing(() => (isGone ? Promise.reject(new Gone({ code, message: 'test' })) : '6B00'));
    const card = await readingLicence(double);
    const options = { chunkLength: 200, maximumLength: 600 };
    await expect(card.readSelectedFile(options)).rejects.toMatchObject({ code });
    isGone = false;
    const again = card.readSelectedFile(options);
    if (mayGoOn) expect(await again).toMatchObject({ outcome: 'read' });
    else await expect(again).rejects.toMatchObject({ code: 'COMMAND_NOT_ALLOWED' });
    expect(hex(card.atr)).toBe('3B888001000005E0B381A1007F');
  });
});
