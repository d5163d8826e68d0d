import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import { hex, Secret, unhex, type Bytes } from '#bytes';
import { ApduError, connectCard, type CardConnection, type KeyReference } from '#iso7816';
import { cardAllowList } from './allow-list.ts';
import { detectApplications } from './detect.ts';
import { codeOf, slotOf } from './test/scripted-slot.ts';

const licenceAid = 'A0000002310600000000000000000000';
const cardInfoAid = 'D3921000310001010408';

describe('cardAllowList', () => {
  it('is exactly what product §15 allows of these two applications', () => {
    expect(cardAllowList.map(({ aid, readableFiles, keys }) => ({ aid: hex(aid), files: [...readableFiles], keys }))).toEqual([
      { aid: licenceAid, files: [0x001a, 0x001b, 0x001c], keys: [{ efIdentifier: 0x0006, length: 4 }] },
      {
        aid: cardInfoAid,
        files: [0x0002, 0x0003, 0x0004, 0x0007],
        keys: [
          { efIdentifier: 0x0015, length: 14 },
          { efIdentifier: 0x0011, length: 4 },
        ],
      },
    ]);
  });

  it('names 個人番号, 照合番号A and key 0012 nowhere', () => {
    const named = cardAllowList.flatMap(({ readableFiles, keys }) => [...readableFiles, ...keys.map(({ efIdentifier }) => efIdentifier)]);
    expect(named.filter((efIdentifier) => [0x0001, 0x0014, 0x0012].includes(efIdentifier))).toEqual([]);
  });
});

/** A card that obliges: everything exists, every VERIFY has tries, so nothing but the allow-list stands between a question and the wire. */
async function obligingCard(): Promise<{ connection: CardConnection; wire: string[] }> {
  const wire: string[] = [];
  const slot = slotOf((command) => {
    wire.push(hex(command));
    if (command[1] === 0x20) return unhex(command.length === 4 ? '63CA' : '9000');
    return unhex(command[1] === 0xb0 ? '0102036282' : '9000');
  });
  return { connection: await connectCard(slot, cardAllowList), wire };
}

type Question = (connection: CardConnection) => Promise<unknown>;

const efIdentifier = fc.oneof(fc.constantFrom(0x0001, 0x0012, 0x0014, 0x0002, 0x0011, 0x0015, 0x001b), fc.integer({ min: -1, max: 0x1_0001 }));
const shortEfIdentifier = fc.oneof(fc.constantFrom(1, 0x12, 0x14), fc.integer({ min: -1, max: 0x101 }));
const reference: fc.Arbitrary<KeyReference> = fc.oneof(
  efIdentifier.map((value) => ({ efIdentifier: value })),
  shortEfIdentifier.map((value) => ({ shortEfIdentifier: value })),
);
const aid: fc.Arbitrary<Bytes> = fc.oneof(
  fc.constantFrom(licenceAid, cardInfoAid, cardInfoAid, 'D3921000310001010402', 'D3921000310001010100', '3F00').map(unhex),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Uint8Array.from(bytes)),
);
const question: fc.Arbitrary<Question> = fc.oneof(
  aid.map(
    (value): Question =>
      (connection) =>
        connection.selectApplication(value),
  ),
  efIdentifier.map(
    (value): Question =>
      (connection) =>
        connection.selectFile(value),
  ),
  fc.tuple(fc.integer({ min: 0, max: 257 }), fc.integer({ min: 0, max: 0x8001 })).map(
    ([chunkLength, maximumLength]): Question =>
      (connection) =>
        connection.readSelectedFile({ chunkLength, maximumLength }),
  ),
  fc.tuple(shortEfIdentifier, fc.integer({ min: 0, max: 257 })).map(
    ([file, length]): Question =>
      (connection) =>
        connection.readByShortIdentifier(file, length),
  ),
  reference.map(
    (value): Question =>
      (connection) =>
        connection.remainingTries(value),
  ),
  fc.tuple(reference, fc.integer({ min: 0, max: 16 })).map(([value, length]): Question => async (connection) => {
    await connection.remainingTries(value);
    return connection.verify(value, new Secret(new Uint8Array(length).fill(0x30)));
  }),
);

/** Everything that may stand on the wire, written out from product §15 as patterns of whole APDUs, per selected application. */
const lawful: Readonly<Record<string, RegExp>> = {
  none: /^(?!)/u,
  [licenceAid]: /^(00A4020C02(0006|001A|001B|001C)|00B0[0-7][0-9A-F]{5}|00B0(9A|9B|9C)00[0-9A-F]{2}|00200086(04(30){4})?|00200080(04(30){4})?)$/u,
  [cardInfoAid]:
    /^(00A4020C02(0002|0003|0004|0007|0011|0015)|00B0[0-7][0-9A-F]{5}|00B0(82|83|84|87)00[0-9A-F]{2}|0020009104(30){4}|002000950E(30){14}|00200091|00200095|00200080(04(30){4}|0E(30){14})?)$/u,
};
const selectAid = /^00A4040C..(A0000002310600000000000000000000|D3921000310001010408)$/u;

function unlawful(wire: readonly string[]): string[] {
  let application = 'none';
  return wire.filter((command) => {
    const selected = selectAid.exec(command)?.[1];
    if (selected !== undefined) {
      application = selected;
      return false;
    }
    return !lawful[application]?.test(command);
  });
}

describe('nothing that is not listed reaches the wire', () => {
  property.prop([fc.constantFrom(cardInfoAid, licenceAid), fc.array(question, { minLength: 1, maxLength: 12 })], { numRuns: 300 })(
    'whatever is asked of the connection, in whatever order and with whatever arguments',
    async (application, questions) => {
      const { connection, wire } = await obligingCard();
      await connection.selectApplication(unhex(application));
      for (const ask of questions) {
        try {
          await ask(connection);
        } catch (error) {
          expect(error).toBeInstanceOf(ApduError);
        }
      }
      expect(unlawful(wire)).toEqual([]);
      // Said once more in the plainest words: nobody selects, reads or verifies 0001, 0012 or 0014 of card-info.
      expect(wire.filter((command) => /^00A4020C02(0001|0012|0014)/u.test(command) || /^00B0(81|92|94)|^002000(81|92|94)/u.test(command))).toEqual([]);
    },
  );

  it.each<[string, Question]>([
    ['SELECT 0001', (connection) => connection.selectFile(0x0001)],
    ['READ BINARY of short identifier 01', (connection) => connection.readByShortIdentifier(1, 17)],
    ['tries of 照合番号A', (connection) => connection.remainingTries({ efIdentifier: 0x0014 })],
    ['tries of 照合番号A by short identifier', (connection) => connection.remainingTries({ shortEfIdentifier: 0x14 })],
    ['tries of key 0012', (connection) => connection.remainingTries({ efIdentifier: 0x0012 })],
    ['SELECT of a licence file', (connection) => connection.selectFile(0x001b)],
  ])('%s is refused with card-info selected', async (_name, ask) => {
    const { connection, wire } = await obligingCard();
    await connection.selectApplication(unhex(cardInfoAid));
    expect(await codeOf(ask(connection))).toBe('COMMAND_NOT_ALLOWED');
    expect(wire).toEqual([`00A4040C0A${cardInfoAid}`]);
  });

  it('and the fence stands where the real reading passes: detection is lawful', async () => {
    const wire: string[] = [];
    const slot = slotOf((command) => {
      wire.push(hex(command));
      return unhex(command[1] === 0x20 ? '63CA' : command[1] === 0xb0 ? 'C101019000' : '9000');
    });
    await detectApplications(await connectCard(slot, cardAllowList));
    expect(wire.length).toBe(8);
    expect(unlawful(wire)).toEqual([]);
  });
});
