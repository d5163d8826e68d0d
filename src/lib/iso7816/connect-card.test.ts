/** VERIFY goes out once per decision, to the reference datum that was asked about, and leaves nothing behind. */
import { describe, expect, it } from 'vitest';
import { hex, Secret, unhex } from '#bytes';
import { connectCard, type CardConnection, type KeyReference } from './index.ts';
import { CARD_INFO_AID, LICENCE_AID, cardDouble, productList, readingLicence, willing, type CardDouble } from './test/card-double.ts';

const licenceAid = unhex(LICENCE_AID);
const cardInfoAid = unhex(CARD_INFO_AID);
const licenceKey: KeyReference = { shortEfIdentifier: 0x06 };
const pinKey: KeyReference = { efIdentifier: 0x0011 };
const numberBKey: KeyReference = { efIdentifier: 0x0015 };
const secret = (length = 4): Secret => new Secret(new Uint8Array(length).fill(0x31));
const notPrepared = { code: 'VERIFY_NOT_PREPARED' };

/** Answers the empty VERIFY with the first word and the full one with the second. */
function verifying(query: string, answer: string | (() => Promise<string>)): CardDouble {
  return cardDouble((command) => {
    if (command.length === 8) return query;
    if (command.startsWith('0020')) return typeof answer === 'string' ? answer : answer();
    return '9000';
  });
}

async function licence(double: CardDouble): Promise<CardConnection> {
  const card = await connectCard(double.slot, productList);
  await card.selectApplication(licenceAid);
  return card;
}

describe('tries', () => {
  it.each([
    ['63CA', { outcome: 'tries', triesLeft: 10 }],
    ['63C1', { outcome: 'tries', triesLeft: 1 }],
    ['63CF', { outcome: 'tries', triesLeft: 15 }],
    ['63C0', { outcome: 'blocked' }],
    ['6983', { outcome: 'blocked' }],
    ['6984', { outcome: 'blocked' }],
    ['9000', { outcome: 'alreadyVerified' }],
    ['6300', { outcome: 'unknown', statusWord: 0x6300 }],
    ['63D0', { outcome: 'unknown', statusWord: 0x63d0 }],
    ['63BF', { outcome: 'unknown', statusWord: 0x63bf }],
    ['6A82', { outcome: 'unknown', statusWord: 0x6a82 }],
    ['6A88', { outcome: 'unknown', statusWord: 0x6a88 }],
    ['6700', { outcome: 'unknown', statusWord: 0x6700 }],
    ['6C04', { outcome: 'unknown', statusWord: 0x6c04 }],
  ])('%s', async (word, outcome) => {
    const double = verifying(word, '9000');
    const card = await licence(double);
    expect(await card.remainingTries(licenceKey)).toEqual(outcome);
    expect(double.log().slice(1)).toEqual(['00200086']);
    if (outcome.outcome !== 'tries') await expect(card.verify(licenceKey, secret())).rejects.toMatchObject(notPrepared);
    expect(card.figures.verifyCommands).toBe(0);
  });

  it('by EF identifier: the EF first', async () => {
    const double = willing();
    const card = await connectCard(double.slot, productList);
    await card.selectApplication(cardInfoAid);
    await card.remainingTries(numberBKey);
    expect(double.log().slice(1)).toEqual(['00A4020C020015', '00200080']);
  });

  it.each([
    ['6A82', 0x6a82],
    ['6283', 0x6283],
  ])('by EF identifier, whose SELECT answers %s', async (word, statusWord) => {
    const double = cardDouble((command) => (command.startsWith('00A402') ? word : '9000'));
    const card = await licence(double);
    expect(await card.remainingTries({ efIdentifier: 0x0006 })).toEqual({ outcome: 'unknown', statusWord });
    expect(double.log()).toHaveLength(2);
  });
});

describe('VERIFY', () => {
  it.each([
    ['9000', { outcome: 'verified' }],
    ['63C9', { outcome: 'wrong', triesLeft: 9 }],
    ['63C0', { outcome: 'blocked' }],
    ['6983', { outcome: 'blocked' }],
    ['6984', { outcome: 'blocked' }],
  ])('%s', async (word, outcome) => {
    const card = await licence(verifying('63CA', word));
    await card.remainingTries(licenceKey);
    expect(await card.verify(licenceKey, secret())).toEqual(outcome);
    expect(card.figures.verifyCommands).toBe(1);
  });

  it.each([
    ['6300: failed, count unknown', '6300', 'UNEXPECTED_STATUS'],
    ['6700', '6700', 'UNEXPECTED_STATUS'],
    ['6C04: never repeated', '6C04', 'UNEXPECTED_STATUS'],
    ['6A82', '6A82', 'UNEXPECTED_STATUS'],
    ['6982', '6982', 'UNEXPECTED_STATUS'],
    ['61xx: there is nothing to fetch', '6110', 'RESPONSE_MALFORMED'],
    ['data', '009000', 'RESPONSE_MALFORMED'],
    ['one byte', '90', 'RESPONSE_MALFORMED'],
  ])('%s is a fault, sent once, and used up', async (_, word, code) => {
    const double = verifying('63CA', word);
    const card = await licence(double);
    await card.remainingTries(licenceKey);
    await expect(card.verify(licenceKey, secret())).rejects.toMatchObject({ code });
    await expect(card.verify(licenceKey, secret())).rejects.toMatchObject(notPrepared);
    expect(double.log().filter((command) => command.startsWith('0020008604'))).toHaveLength(1);
    expect(card.figures.verifyCommands).toBe(1);
  });

  it('is used up when the cable goes', async () => {
    const double = verifying('63CA', () => Promise.reject(new Error('cable')));
    const card = await licence(double);
    await card.remainingTries(licenceKey);
    await expect(card.verify(licenceKey, secret())).rejects.toThrow('cable');
    await expect(card.verify(licenceKey, secret())).rejects.toMatchObject(notPrepared);
    expect(double.sent.filter((command) => command.secret)).toHaveLength(1);
  });

  it.each<[string, (card: CardConnection) => Promise<unknown>]>([
    ['nothing asked', () => Promise.resolve()],
    ['another reference asked', (card) => card.remainingTries({ efIdentifier: 0x0006 })],
    ['SELECT of the application since', (card) => card.remainingTries(licenceKey).then(() => card.selectApplication(licenceAid))],
    ['a VERIFY since', (card) => card.remainingTries(licenceKey).then(() => card.verify(licenceKey, secret()))],
    ['a refused VERIFY since', (card) => card.remainingTries(licenceKey).then(() => card.verify({ shortEfIdentifier: 7 }, secret()).catch(() => undefined))],
  ])('is not sent: %s', async (_, before) => {
    const double = willing();
    const card = await licence(double);
    await before(card);
    const already = double.sent.filter((command) => command.secret).length;
    await expect(card.verify(licenceKey, secret())).rejects.toMatchObject(notPrepared);
    expect(double.sent.filter((command) => command.secret)).toHaveLength(already);
  });

  it.each<[string, (card: CardConnection) => Promise<unknown>]>([
    ['another EF selected', (card) => card.selectFile(0x0002)],
    ['another EF read by short identifier', (card) => card.readByShortIdentifier(0x02, 3)],
    ['another key asked', (card) => card.remainingTries(pinKey)],
  ])('to the current EF is not sent: %s since', async (_, between) => {
    const double = willing();
    const card = await connectCard(double.slot, productList);
    await card.selectApplication(cardInfoAid);
    await card.remainingTries(numberBKey);
    await between(card);
    await expect(card.verify(numberBKey, secret(14))).rejects.toMatchObject(notPrepared);
    expect(double.sent.some((command) => command.secret)).toBe(false);
  });

  it.each([3, 5, 14, 0])('of %i bytes for a key of four is not sent', async (length) => {
    const double = willing();
    const card = await licence(double);
    await card.remainingTries(licenceKey);
    await expect(card.verify(licenceKey, secret(length))).rejects.toHaveProperty('code');
    expect(double.sent.some((command) => command.secret)).toBe(false);
    await expect(card.verify(licenceKey, secret())).rejects.toMatchObject(notPrepared);
  });

  it('of a wiped secret is not sent: it would cost a try', async () => {
    const double = willing();
    const card = await licence(double);
    await card.remainingTries(licenceKey);
    const wiped = secret();
    wiped.wipe();
    await expect(card.verify(licenceKey, wiped)).rejects.toMatchObject(notPrepared);
    expect(double.sent.some((command) => command.secret)).toBe(false);
  });

  it('of a secret wiped in the same breath is not sent either', async () => {
    const double = willing();
    const card = await licence(double);
    await card.remainingTries(licenceKey);
    const wiped = secret();
    const outcome = card.verify(licenceKey, wiped);
    wiped.wipe();
    await expect(outcome).rejects.toMatchObject(notPrepared);
    expect(double.sent.some((command) => command.secret)).toBe(false);
  });

  it('does not wait behind another question', async () => {
    const double = willing();
    const card = await licence(double);
    await card.remainingTries(licenceKey);
    const select = card.selectFile(0x001b);
    await expect(card.verify(licenceKey, secret())).rejects.toMatchObject(notPrepared);
    await select;
    expect(double.sent.some((command) => command.secret)).toBe(false);
  });

  it('leaves marked secret, and its bytes are wiped when it is over', async () => {
    const double = willing();
    const card = await licence(double);
    await card.remainingTries(licenceKey);
    await card.verify(licenceKey, secret());
    const sent = double.sent.at(-1);
    expect(sent?.secret).toBe(true);
    expect(sent?.hex).toBe('002000860431313131');
    expect(hex(sent?.bytes ?? unhex(''))).toBe('00'.repeat(9));
  });

  it('is wiped after a fault too', async () => {
    const double = verifying('63CA', () => Promise.reject(new Error('cable')));
    const card = await licence(double);
    await card.remainingTries(licenceKey);
    await expect(card.verify(licenceKey, secret())).rejects.toThrow('cable');
    expect(hex(double.sent.at(-1)?.bytes ?? unhex(''))).toBe('00'.repeat(9));
  });
});

describe('one voice at a time', () => {
  it('questions asked together reach the card one after another', async () => {
    let inFlight = 0;
    const double = cardDouble(async () => {
      inFlight += 1;
      expect(inFlight).toBe(1);
      await Promise.resolve();
      inFlight -= 1;
      return '9000';
    });
    const card = await connectCard(double.slot, productList);
    await Promise.all([card.selectApplication(licenceAid), card.selectFile(0x001b), card.remainingTries(licenceKey)]);
    expect(double.log()).toHaveLength(3);
  });

  it('a fault of one does not silence the next', async () => {
    const double = cardDouble((command) => (command.startsWith('00A402') ? '6F00' : '9000'));
    const card = await licence(double);
    const failing = card.selectFile(0x001b);
    const next = card.selectApplication(licenceAid);
    await expect(failing).rejects.toMatchObject({ code: 'UNEXPECTED_STATUS' });
    expect(await next).toEqual({ outcome: 'selected' });
  });

  it('the budget keeps the answer of a VERIFY that went over it', async () => {
    const card = await readingLicence(willing(), { apdus: 4, bytes: 0x1_0000 });
    await card.remainingTries(licenceKey);
    expect(await card.verify(licenceKey, secret())).toEqual({ outcome: 'verified' });
    await expect(card.selectFile(0x001c)).rejects.toMatchObject({ code: 'CARD_BUDGET_EXCEEDED' });
  });
});
