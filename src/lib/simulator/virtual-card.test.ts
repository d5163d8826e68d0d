import { hex, unhex } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readCardImage, SimulatorError, VirtualCard, type CardImage } from './index.ts';
import standardImage from './cards/standard.json';
import { image } from './test/host.ts';

const LICENCE = '00A4040C10A0000002310600000000000000000000';
const CARD_INFO = '00A4040C0AD3921000310001010408';

async function powered(name = 'standard'): Promise<VirtualCard> {
  const card = new VirtualCard(await image(name));
  card.powerOn();
  return card;
}

async function run(card: VirtualCard, ...commands: readonly string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const command of commands) answers.push(hex(await card.transmit(unhex(command))));
  return answers;
}

/** The standard card with other behaviour and one free file of 300 bytes, 0,1,2…, in the first application. */
function withBehaviour(behaviour: object): CardImage {
  const bytes = hex(Uint8Array.from({ length: 300 }, (_, index) => index % 256));
  const json = structuredClone(standardImage) as unknown as { behaviour: object; applications: { files: object }[] };
  json.behaviour = behaviour;
  json.applications[0]!.files = { '0002': { bytes, read: [] } };
  return readCardImage(json);
}

describe('published exchanges of the licence applet', () => {
  // Each row is a whole session after reset; the last answer is compared.
  it.each([
    { source: 'licence-applet.md §10.1 no. 1', card: 'standard', commands: [LICENCE], answer: '9000' },
    { source: 'licence-applet.md §10.1 no. 2', card: 'standard', commands: ['00A4040C10A0000002310400000000000000000000'], answer: '6A82' },
    { source: 'licence-applet.md §10.1 no. 3', card: 'standard', commands: [LICENCE, '00B09A0003'], answer: 'C101019000' },
    { source: 'licence-applet.md §10.1 no. 3', card: 'pin-unset', commands: [LICENCE, '00B09A0003'], answer: 'C101009000' },
    { source: 'licence-applet.md §10.1 no. 4', card: 'pin-unset', commands: [LICENCE, '00A4020C02001A', '00B0000003'], answer: 'C101009000' },
    { source: 'licence-applet.md §10.1 no. 5', card: 'standard', commands: [LICENCE, '00200086'], answer: '63CA' },
    { source: 'licence-applet.md §10.1 no. 6', card: 'standard', commands: [LICENCE, '00200082'], answer: '6A82' },
    { source: 'licence-applet.md §10.1 no. 7', card: 'standard', commands: [LICENCE, '002000860431323334'], answer: '9000' },
    { source: 'licence-applet.md §10.1 no. 8', card: 'pin-unset', commands: [LICENCE, '00A4020C020006', '00200080042A2A2A2A'], answer: '9000' },
    { source: 'licence-applet.md §10.1 no. 12', card: 'standard', commands: [LICENCE, '00A4020C02001B', '00B00000C8'], answer: '6982' },
    {
      source: 'licence-applet.md §10.1 no. 12',
      card: 'standard',
      commands: [LICENCE, '002000860431323334', LICENCE, '00A4020C02001B', '00B00000C8'],
      answer: '6982',
    },
    { source: 'licence-applet.md §7', card: 'no-licence', commands: [LICENCE], answer: '6A82' },
    { source: 'card-info-applet.md §3.5', card: 'standard', commands: [CARD_INFO, '00A4020C020011', '00200080'], answer: '63C3' },
    { source: 'card-info-applet.md §3.5', card: 'standard', commands: [CARD_INFO, '00A4020C020015', '00200080'], answer: '63CA' },
    {
      source: 'card-info-applet.md §3.3',
      card: 'published-test-card',
      commands: [CARD_INFO, '00A4020C020015', '002000800E3535303231373230333532323835'],
      answer: '9000',
    },
  ])('$card → $answer ($source)', async ({ card, commands, answer }) => {
    expect((await run(await powered(card), ...commands)).at(-1)).toBe(answer);
  });

  it('reads 200 bytes of WEF02 after VERIFY (licence-applet.md §10.1 no. 9)', async () => {
    const [, , , data] = await run(await powered(), LICENCE, '002000860431323334', '00A4020C02001B', '00B00000C8');
    expect(data).toHaveLength(404);
    expect(data?.startsWith('C200C300C4')).toBe(true);
  });
});

describe('status words of what no host should send', () => {
  it.each([
    { source: 'open-points.md 24', name: 'SELECT of the MF', command: '00A40000', answer: '6A86' },
    { source: 'open-points.md 24', name: 'SELECT of 3F00', command: '00A40000023F00', answer: '6A86' },
    { source: 'licence-applet.md §2.1', name: 'SELECT asking for FCI', command: '00A4040010A0000002310600000000000000000000', answer: '6A86' },
    { source: 'open-points.md 24', name: 'unknown AID', command: '00A4040C06D39200000001', answer: '6A82' },
    { source: 'data/cards/README.md', name: 'partial AID', command: '00A4040C05A000000231', answer: '6A82' },
    { source: 'open-points.md 24', name: 'GET DATA', command: '00CA00F200', answer: '6D00' },
    { source: 'card-info-applet.md §6', name: 'READ BINARY without a current EF', command: '00B0000000', answer: '6986' },
    { source: 'card-info-applet.md §6', name: 'VERIFY without a current EF', command: '00200080', answer: '6986' },
    { source: 'card-info-applet.md §6', name: 'VERIFY of a data file', command: '0020009A', answer: '6981' },
    { source: 'card-info-applet.md §6', name: 'READ BINARY of a key file', command: '00B0860004', answer: '6981' },
    { source: 'ISO/IEC 7816-4 §11.5.6', name: 'VERIFY with P2 = 00', command: '00200000', answer: '6A86' },
    { source: 'open-points.md 24', name: 'VERIFY of three digits', command: '0020008603313233', answer: '6700' },
    { source: 'open-points.md 17', name: 'empty VERIFY with Le', command: '0020008600', answer: '6700' },
    { source: 'open-points.md 17', name: 'VERIFY with data and Le', command: '00200086043132333400', answer: '6700' },
    { source: 'data/cards/README.md', name: 'extended READ BINARY', command: '00B09A00000003', answer: '6700' },
    { source: 'card-info-applet.md §6', name: 'logical channel 1', command: '01B09A0003', answer: '6881' },
    { source: 'card-info-applet.md §6', name: 'CLA 90', command: '90B09A0003', answer: '6E00' },
    { source: 'card-info-applet.md §6', name: 'READ RECORD', command: '00B2010400', answer: '6D00' },
    { source: 'ISO/IEC 7816-4 §11.3.3', name: 'short EF identifier 1F', command: '00B09F0003', answer: '6A86' },
    { source: 'card-info-applet.md §6', name: 'EF not there', command: '00A4020C020099', answer: '6A82' },
  ])('$name → $answer ($source)', async ({ command, answer }) => {
    const card = await powered();
    expect((await run(card, LICENCE, command)).at(-1)).toBe(answer);
    expect(card.snapshot().credentials.every(({ limit, remaining }) => remaining === limit)).toBe(true);
  });

  it.each([
    { name: 'three bytes', command: '00B000' },
    { name: 'Lc longer than the data', command: '0020008605313233' },
    { name: 'extended Lc of 0', command: '00200086000000313233' },
    { name: 'spare bytes', command: '00B00000030102030405' },
  ])('$name is fatal (ISO/IEC 7816-3 §12.1.3)', async ({ command }) => {
    await expect((await powered()).transmit(unhex(command))).rejects.toMatchObject({ code: 'SIMULATOR_UNEXPECTED_INPUT' });
  });

  it('is silent without power: a command then is fatal', async () => {
    await expect(new VirtualCard(await image()).transmit(unhex(LICENCE))).rejects.toMatchObject({ code: 'SIMULATOR_UNEXPECTED_INPUT' });
  });
});

test.prop([fc.uint8Array({ maxLength: 300 })])('any bytes are answered with a status word or refused with a code', async (bytes) => {
  const card = await powered();
  const outcome = await card.transmit(Uint8Array.from(bytes)).then(
    (answer) => answer.length >= 2,
    (error: unknown) => error instanceof SimulatorError,
  );
  expect(outcome).toBe(true);
});

test.prop([
  fc.array(fc.constantFrom(LICENCE, '00200086', '002000860430303030', '002000860431323334', '0020008600', '00200086033132' + '33'), { maxLength: 20 }),
])('the counter follows a model: only a wrong PIN of the right length costs a try', async (commands) => {
  const card = await powered();
  let remaining = 10;
  await run(card, LICENCE, ...commands);
  for (const command of commands) {
    if (command === '002000860430303030') remaining = Math.max(0, remaining - 1);
    if (command === '002000860431323334' && remaining > 0) remaining = 10;
  }
  expect(card.snapshot().credentials.find(({ limit, efIdentifier }) => efIdentifier === 6 && limit === 10)?.remaining).toBe(remaining);
});

describe('VERIFY counters (data/cards/README.md; open-points.md 17, 23, 24, 27)', () => {
  it('counts down by wrong answers, not by questions, and blocks', async () => {
    const card = await powered('one-try-left');
    const answers = await run(card, LICENCE, '00200086', '00200086', '002000860430303030', '00200086', '002000860431323334', '002000860430303030', '00200086');
    expect(answers).toEqual(['9000', '63C1', '63C1', '63C0', '63C0', '6984', '6984', '63C0']);
  });

  it('restores the limit by the right answer', async () => {
    const card = await powered('one-try-left');
    expect(await run(card, LICENCE, '002000860431323334', '00200086')).toEqual(['9000', '9000', '63CA']);
  });

  it('keeps counters over resets and forgets what was verified', async () => {
    const card = await powered();
    await run(card, CARD_INFO, '00200091043030303' + '0', '002000950E3032303531353230333434383231');
    expect(card.snapshot().credentials.find(({ efIdentifier }) => efIdentifier === 0x15)).toMatchObject({ verified: true });
    card.powerOn();
    expect(card.snapshot().credentials.find(({ efIdentifier }) => efIdentifier === 0x15)).toMatchObject({ verified: false, verifyCount: 1 });
    expect(card.snapshot().credentials.find(({ efIdentifier }) => efIdentifier === 0x11)).toMatchObject({ remaining: 2, verifyCount: 1 });
  });

  it.each([
    { name: 'the same application', select: LICENCE, status: '9000', read: '6982' },
    { name: 'another application', select: CARD_INFO, status: '9000', read: '6A82' },
    { name: 'an unknown AID: state kept', select: '00A4040C06D39200000001', status: '6A82', read: '9000' },
  ])('verified state after SELECT of $name', async ({ select, status, read }) => {
    const [, , selected, answer] = await run(await powered(), LICENCE, '002000860431323334', select, '00B09B0001');
    expect([selected, answer?.slice(-4)]).toEqual([status, read]);
  });

  it('counts VERIFY with data and logs no data', async () => {
    const card = await powered();
    await run(card, LICENCE, '00200086', '002000860439393939', '0020008605' + '3939393939', '002000860431323334');
    expect(
      card
        .snapshot()
        .credentials.filter(({ efIdentifier }) => efIdentifier === 6)
        .map(({ verifyCount }) => verifyCount),
    ).toEqual([3]);
    expect(JSON.stringify(card.log)).not.toMatch(/39,\s*39|3939|31,32/u);
    expect(card.log.at(-1)).toEqual({ cla: 0, ins: 0x20, p1: 0, p2: 0x86, dataLength: 4, expectedLength: undefined, statusWord: 0x9000 });
  });

  it('may answer 9000 to the empty VERIFY of a verified key (card-info-applet.md §6)', async () => {
    const card = new VirtualCard(await image(), { verifiedQuery: '9000' });
    card.powerOn();
    expect(await run(card, LICENCE, '00200086', '002000860431323334', '00200086')).toEqual(['9000', '63CA', '9000', '9000']);
  });
});

describe('READ BINARY at the end of a file (open-points.md 21, 22)', () => {
  const at = (offset: number, le: string): string => `00B0${offset.toString(16).padStart(4, '0')}${le}`;
  it.each([
    { name: 'Le 00 is 256', behaviour: { endOfFile: '6B00' }, command: at(0, '00'), length: 256, status: '9000' },
    { name: 'crosses the end', behaviour: { endOfFile: '6B00' }, command: at(256, '00'), length: 44, status: '9000' },
    { name: 'at the end', behaviour: { endOfFile: '6B00' }, command: at(300, '00'), length: 0, status: '6B00' },
    { name: 'past the end', behaviour: { endOfFile: '6B00' }, command: at(301, '01'), length: 0, status: '6B00' },
    { name: 'crosses the end with a warning', behaviour: { endOfFile: '6282' }, command: at(256, '00'), length: 44, status: '6282' },
    { name: 'ends exactly', behaviour: { endOfFile: '6282' }, command: at(256, '2C'), length: 44, status: '9000' },
    { name: 'at the end, warning alone', behaviour: { endOfFile: '6282' }, command: at(300, '00'), length: 0, status: '6282' },
    { name: 'more than maxRead', behaviour: { endOfFile: '6B00', maxRead: 84 }, command: at(0, 'C8'), length: 0, status: '6C54' },
    { name: 'more than maxRead and than is left', behaviour: { endOfFile: '6B00', maxRead: 84 }, command: at(290, 'C8'), length: 0, status: '6C0A' },
    { name: 'as much as maxRead', behaviour: { endOfFile: '6B00', maxRead: 84 }, command: at(0, '54'), length: 84, status: '9000' },
    { name: 'extended Le', behaviour: { endOfFile: '6B00', extendedLe: true }, command: '00B00000000000', length: 300, status: '9000' },
  ])('$name', async ({ behaviour, command, length, status }) => {
    const card = new VirtualCard(withBehaviour(behaviour));
    card.powerOn();
    const answer = (await run(card, CARD_INFO, '00A4020C020002', command)).at(-1) ?? '';
    expect([answer.length / 2 - 2, answer.slice(-4)]).toEqual([length, status]);
  });
});

describe('COMPUTE DIGITAL SIGNATURE (card-info-applet.md §5.4)', () => {
  const challenge = Uint8Array.from({ length: 32 }, (_, index) => index);
  it.each([
    { name: 'standard', fits: true },
    { name: 'cloned', fits: false },
  ])('$name: verified by WebCrypto with the key in EF 0007 → $fits', async ({ name, fits }) => {
    const card = await powered(name);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', challenge));
    const command = `802A0000333031300D060960864801650304020105000420${hex(digest)}00`;
    const [, , answer, publicKey] = await run(card, CARD_INFO, '002000910435363738', command, '00B0870000');
    const signature = unhex((answer ?? '').slice(0, -4));
    // FF50 82 0213 DF51 82 0109 90 03 010001 91 82 0100 <256>: the modulus begins at byte 19 and needs a second read.
    const second = (await run(card, '00B0010000')).at(-1) ?? '';
    const file = unhex((publicKey ?? '').slice(0, -4) + second.slice(0, -4));
    const modulus = file.slice(19, 19 + 256);
    const base64url = btoa(String.fromCharCode(...modulus))
      .replace(/\+/gu, '-')
      .replace(/\//gu, '_')
      .replace(/=/gu, '');
    const key = await crypto.subtle.importKey(
      'jwk',
      { kty: 'RSA', n: base64url, e: 'AQAB', alg: 'RS256' },
      { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
      false,
      ['verify'],
    );
    expect(answer?.slice(-4)).toBe('9000');
    expect(await crypto.subtle.verify('RSASSA-PKCS1-v1_5', key, signature, challenge)).toBe(fits);
  });
});
