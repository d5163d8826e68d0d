/** Published exchanges (licence-applet.md §10.1, card-info-applet.md §1.1) through the real connection, strictly. */
import { afterEach, describe, expect, it } from 'vitest';
import { concatBytes, hex, Secret, unhex } from '#bytes';
import { parseTranscript, replaySlot, transcript, type ReplaySlot } from '#replay';
import { connectCard, type AllowList, type CardConnection, type ReadOptions } from './index.ts';

const licenceAid = unhex('A0000002310600000000000000000000');
const packageAid = unhex('A0000002310400000000000000000000');
const moduleAid = unhex('A0000002310500000000000000000000');
const plainLicenceAid = unhex('A0000002310100000000000000000000');
const cardInfoAid = unhex('D3921000310001010408');

/** Wider than the product's: it also lists what the transcripts show to be wrong. */
const allowList: AllowList = [
  { aid: licenceAid, readableFiles: [0x001a, 0x001b, 0x001c], keys: [0x0006, 0x0002].map((efIdentifier) => ({ efIdentifier, length: 4 })) },
  { aid: packageAid, readableFiles: [], keys: [] },
  { aid: moduleAid, readableFiles: [], keys: [] },
  { aid: plainLicenceAid, readableFiles: [0x2f01], keys: [{ efIdentifier: 0x0001, length: 4 }] },
  { aid: cardInfoAid, readableFiles: [0x0002, 0x0003, 0x0004], keys: [{ efIdentifier: 0x0015, length: 14 }] },
];

const licenceKey = { shortEfIdentifier: 0x06 };
const read200: ReadOptions = { chunkLength: 0xc8, maximumLength: 8192 };
const read256: ReadOptions = { chunkLength: 0x100, maximumLength: 8192 };
/** Any four digits: the transcript does not know them. */
const pin = (): Secret => new Secret(unhex('31323334'));
const dpin = (): Secret => new Secret(unhex('2A2A2A2A'));

const slots: ReplaySlot[] = [];

async function playing(name: string): Promise<CardConnection> {
  const slot = replaySlot(transcript(name));
  slots.push(slot);
  return connectCard(slot, allowList);
}

async function licence(name: string): Promise<CardConnection> {
  const card = await playing(name);
  expect(await card.selectApplication(licenceAid)).toEqual({ outcome: 'selected' });
  return card;
}

async function verifiedLicence(name: string): Promise<CardConnection> {
  const card = await licence(name);
  expect(await card.remainingTries(licenceKey)).toEqual({ outcome: 'tries', triesLeft: 10 });
  expect(await card.verify(licenceKey, pin())).toEqual({ outcome: 'verified' });
  return card;
}

/** Data of the READ BINARY answers in a transcript, from line `from` on: the truth the connection is held against. */
function dataRead(name: string, from = 0, to?: number): string {
  const reads = parseTranscript(transcript(name))
    .slice(from, to)
    .filter(({ command }) => command.startsWith('00B0'));
  return reads.map(({ response }) => response.slice(0, -4)).join('');
}

afterEach(() => {
  for (const slot of slots.splice(0)) slot.assertFinished();
});

describe('driver licence, published exchanges', () => {
  it('row 1: SELECT', async () => {
    const card = await licence('driver-licence/row-01-select');
    expect(card.figures).toEqual({ apdus: 1, verifyCommands: 0, bytesToCard: 21, bytesFromCard: 2 });
  });

  it('row 2: package and module AID are not there', async () => {
    const card = await playing('driver-licence/row-02-package-and-module-aid');
    expect(await card.selectApplication(packageAid)).toEqual({ outcome: 'notFound' });
    expect(await card.selectApplication(moduleAid)).toEqual({ outcome: 'notFound' });
  });

  it.each([
    ['driver-licence/row-03-pin-set', 'C10101'],
    ['driver-licence/row-03-pin-not-set', 'C10100'],
  ])('row 3: %s', async (name, wef01) => {
    const card = await licence(name);
    expect(await card.readByShortIdentifier(0x1a, 3)).toEqual({ outcome: 'read', bytes: unhex(wef01) });
  });

  it('row 4: the PIN setting by selection', async () => {
    const card = await licence('driver-licence/row-04-pin-setting-by-selection');
    expect(await card.selectFile(0x001a)).toEqual({ outcome: 'selected' });
    expect(await card.readSelectedFile({ chunkLength: 3, maximumLength: 3, totalLength: () => 3 })).toEqual({ outcome: 'read', bytes: unhex('C10100') });
  });

  it('row 5: tries', async () => {
    const card = await licence('driver-licence/row-05-tries');
    expect(await card.remainingTries(licenceKey)).toEqual({ outcome: 'tries', triesLeft: 10 });
  });

  it('row 6: P2 = 82 is a word we do not know, and prepares nothing', async () => {
    const card = await licence('driver-licence/row-06-wrong-key-reference');
    expect(await card.remainingTries({ shortEfIdentifier: 0x02 })).toEqual({ outcome: 'unknown', statusWord: 0x6a82 });
    await expect(card.verify({ shortEfIdentifier: 0x02 }, pin())).rejects.toMatchObject({ code: 'VERIFY_NOT_PREPARED' });
  });

  it('row 7: VERIFY', async () => {
    const card = await verifiedLicence('driver-licence/row-07-verify');
    expect(card.figures).toEqual({ apdus: 3, verifyCommands: 1, bytesToCard: 34, bytesFromCard: 6 });
  });

  it('row 8: the key by selection, after 86 was not known', async () => {
    const card = await licence('driver-licence/row-08-key-by-selection');
    expect(await card.remainingTries(licenceKey)).toEqual({ outcome: 'unknown', statusWord: 0x6a82 });
    expect(await card.remainingTries({ efIdentifier: 0x0006 })).toEqual({ outcome: 'tries', triesLeft: 10 });
    expect(await card.verify({ efIdentifier: 0x0006 }, dpin())).toEqual({ outcome: 'verified' });
  });

  it('rows 9 and 10: the first chunk of WEF02', async () => {
    const name = 'driver-licence/row-09-first-chunk';
    const card = await verifiedLicence(name);
    await card.selectFile(0x001b);
    const outcome = await card.readSelectedFile({ ...read200, totalLength: () => 200 });
    expect(outcome).toEqual({ outcome: 'read', bytes: unhex(dataRead(name)) });
    expect(hex(outcome.bytes.subarray(0, 5))).toBe('C200C300C4');
  });

  it('row 11: a walk from tag to value', async () => {
    const card = await verifiedLicence('driver-licence/row-11-tag-walk');
    await card.selectFile(0x001b);
    const before = new Uint8Array(4);
    const header = await card.readSelectedFile({ chunkLength: 2, maximumLength: 6, resumeAfter: before, totalLength: () => 6 });
    expect(hex(header.bytes)).toBe('00000000C404');
    const value = await card.readSelectedFile({ chunkLength: 4, maximumLength: 10, resumeAfter: header.bytes, totalLength: () => 10 });
    expect(hex(value.bytes.subarray(6))).toBe('4D254E49');
  });

  it('row 12: WEF02 before VERIFY', async () => {
    const card = await licence('driver-licence/row-12-read-before-verify');
    await card.selectFile(0x001b);
    expect(await card.readSelectedFile(read200)).toEqual({ outcome: 'notAllowed', bytes: new Uint8Array(0) });
  });

  it('row 12: WEF02 after the application was selected again', async () => {
    const card = await verifiedLicence('driver-licence/row-12-read-after-selecting-again');
    await card.selectApplication(licenceAid);
    await card.selectFile(0x001b);
    expect(await card.readSelectedFile(read200)).toEqual({ outcome: 'notAllowed', bytes: new Uint8Array(0) });
  });

  it('row 13: WEF03 in chunks of 84 until only a status word comes', async () => {
    const name = 'driver-licence/row-13-signature-in-chunks-of-84';
    const card = await verifiedLicence(name);
    await card.selectFile(0x001c);
    const outcome = await card.readSelectedFile({ chunkLength: 0x54, maximumLength: 584 });
    expect(outcome).toEqual({ outcome: 'read', bytes: unhex(dataRead(name)) });
    expect(outcome.bytes.length).toBe(192);
  });

  it('row 16: plain licence, tries and the free file', async () => {
    const card = await playing('driver-licence/row-16-plain-licence');
    await card.selectApplication(plainLicenceAid);
    expect(await card.remainingTries({ shortEfIdentifier: 0x01 })).toEqual({ outcome: 'tries', triesLeft: 3 });
    await card.selectFile(0x2f01);
    const outcome = await card.readSelectedFile({ chunkLength: 17, maximumLength: 17, totalLength: () => 17 });
    expect(outcome.bytes.length).toBe(17);
  });

  it('row 16: plain licence, blocked', async () => {
    const card = await playing('driver-licence/row-16-plain-licence-blocked');
    await card.selectApplication(plainLicenceAid);
    expect(await card.remainingTries({ shortEfIdentifier: 0x01 })).toEqual({ outcome: 'blocked' });
    await expect(card.verify({ shortEfIdentifier: 0x01 }, pin())).rejects.toMatchObject({ code: 'VERIFY_NOT_PREPARED' });
  });

  it('a full read, §1.1', async () => {
    const name = 'driver-licence/full-read';
    const card = await licence(name);
    expect((await card.readByShortIdentifier(0x1a, 3)).outcome).toBe('read');
    await card.remainingTries(licenceKey);
    await card.verify(licenceKey, pin());
    await card.selectFile(0x001b);
    const progress: number[] = [];
    const wef02 = await card.readSelectedFile({ ...read200, onProgress: (length) => progress.push(length) });
    await card.selectFile(0x001c);
    const wef03 = await card.readSelectedFile(read200);
    expect(progress).toEqual([200, 379]);
    expect(hex(wef02.bytes)).toBe(dataRead(name, 5, 8));
    expect(hex(wef03.bytes)).toBe(dataRead(name, 8));
  });

  it('a read that goes on where another stopped', async () => {
    const name = 'driver-licence/full-read';
    const card = await licence(name);
    await card.readByShortIdentifier(0x1a, 3);
    await card.remainingTries(licenceKey);
    await card.verify(licenceKey, pin());
    await card.selectFile(0x001b);
    const first = await card.readSelectedFile({ ...read200, totalLength: () => 200 });
    const whole = await card.readSelectedFile({ ...read200, resumeAfter: first.bytes });
    await card.selectFile(0x001c);
    const wef03 = await card.readSelectedFile(read200);
    expect(hex(concatBytes(whole.bytes, wef03.bytes))).toBe(dataRead(name, 5));
  });
});

describe('driver licence, outcomes a person must hear', () => {
  it.each([
    ['driver-licence/no-licence-application', 'notFound'],
    ['driver-licence/locked-application', 'locked'],
  ])('%s', async (name, outcome) => {
    const card = await playing(name);
    expect(await card.selectApplication(licenceAid)).toEqual({ outcome });
  });

  it('blocked before anything was entered', async () => {
    const card = await licence('driver-licence/blocked-query');
    await card.readByShortIdentifier(0x1a, 3);
    expect(await card.remainingTries(licenceKey)).toEqual({ outcome: 'blocked' });
    await expect(card.verify(licenceKey, pin())).rejects.toMatchObject({ code: 'VERIFY_NOT_PREPARED' });
  });

  it('blocked by this try', async () => {
    const card = await licence('driver-licence/blocked-by-this-try');
    expect(await card.remainingTries(licenceKey)).toEqual({ outcome: 'tries', triesLeft: 1 });
    expect(await card.verify(licenceKey, pin())).toEqual({ outcome: 'blocked' });
  });

  it('wrong, and not again without asking', async () => {
    const card = await licence('driver-licence/wrong-pin-then-right');
    await card.remainingTries(licenceKey);
    expect(await card.verify(licenceKey, pin())).toEqual({ outcome: 'wrong', triesLeft: 9 });
    await expect(card.verify(licenceKey, pin())).rejects.toMatchObject({ code: 'VERIFY_NOT_PREPARED' });
    expect(await card.remainingTries(licenceKey)).toEqual({ outcome: 'tries', triesLeft: 9 });
    expect(await card.verify(licenceKey, pin())).toEqual({ outcome: 'verified' });
  });
});

describe('card-info, §1.1 with the published test card', () => {
  it('the basic four attributes by 照合番号B', async () => {
    const name = 'card-info/basic-four-attributes';
    const card = await playing(name);
    const keyB = { efIdentifier: 0x0015 };
    await card.selectApplication(cardInfoAid);
    expect(await card.remainingTries(keyB)).toEqual({ outcome: 'tries', triesLeft: 10 });
    expect(await card.verify(keyB, new Secret(new Uint8Array(14).fill(0x30)))).toEqual({ outcome: 'verified' });
    await card.selectFile(0x0002);
    // Outer header FF 20 65: 3 + 101 bytes.
    const outcome = await card.readSelectedFile({ ...read256, totalLength: (received) => (received[2] === 0x65 ? 104 : undefined) });
    expect(outcome.bytes.length).toBe(104);
    expect(hex(outcome.bytes)).toBe(dataRead(name));
  });

  it('not a My Number card', async () => {
    const card = await playing('card-info/not-a-my-number-card');
    expect(await card.selectApplication(cardInfoAid)).toEqual({ outcome: 'notFound' });
  });
});
