import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { openReader } from '../open-reader.ts';
import type { Reader, Slot } from '../slot.ts';
import { openly, SELECT, wait } from '../test/open.ts';
import { hasty } from '../test/replies.ts';
import { SmartCardDouble, type Failure } from '../test/smart-card-double.ts';

interface Desk {
  readonly card: SmartCardDouble;
  readonly reader: Reader;
  readonly slot: Slot;
}

async function opened(change: (card: SmartCardDouble) => void = () => undefined): Promise<Desk> {
  const card = new SmartCardDouble();
  change(card);
  const reader = await openReader(card, { timeouts: hasty });
  card.calls.length = 0;
  return { card, reader, slot: reader.slots[0] };
}

async function connected(change?: (card: SmartCardDouble) => void): Promise<Desk> {
  const desk = await opened(change);
  await desk.slot.connect();
  desk.card.calls.length = 0;
  return desk;
}

const code = (responseCode: string): Failure => ({ responseCode });

describe('a reader of the operating system', () => {
  it('is described by what PC/SC tells', async () => {
    const { reader } = await opened();
    expect(reader.description).toEqual({ name: 'Double 0', vendorId: 0, productId: 0, deviceVersion: '', level: 'shortApdu', slotCount: 1 });
    await reader.close();
  });

  it('resets a card before using it: another program may have left a PIN verified', async () => {
    const { card, reader, slot } = await opened();
    expect(hex((await slot.connect()).atr)).toBe('3B888001000000000081810009');
    expect(card.calls).toEqual(['connect Double 0 exclusive t1/t0', 'disconnect reset', 'connect Double 0 exclusive t1/t0', 'status']);
    await reader.close();
  });

  it('a card whose answer to reset is not told has none', async () => {
    const { card, reader, slot } = await opened();
    card.atr = undefined;
    expect((await slot.connect()).atr).toEqual(new Uint8Array(0));
    await reader.close();
  });

  it('sends an APDU once, under the protocol that was chosen, and hands the response on', async () => {
    const { card, reader, slot } = await connected();
    card.response = unhex('6F0084009000');
    expect(await slot.transmit(SELECT)).toEqual(unhex('6F0084009000'));
    expect(card.calls).toEqual(['transmit 00A4040C023F00 t1']);
    await reader.close();
  });

  it('powers the card off when it is let go, and closes once', async () => {
    const { card, reader } = await connected();
    await Promise.all([reader.close(), reader.close()]);
    expect(card.calls).toEqual(['disconnect unpower']);
    expect(card.closeCount).toBe(1);
  });

  it('tells a card that comes and goes', async () => {
    const { card, reader, slot } = await opened();
    const told: string[] = [];
    slot.watchPresence((presence) => told.push(presence));
    await wait(30);
    card.cardPresent = false;
    await expect.poll(() => told).toEqual(['absent']);
    card.cardPresent = true;
    await expect.poll(() => told).toEqual(['absent', 'inactive']);
    await reader.close();
  });

  it('a connected card that is taken away is absent, and must be connected again', async () => {
    const { card, reader, slot } = await connected();
    expect(await slot.presence()).toBe('active');
    card.cardPresent = false;
    expect(await slot.presence()).toBe('absent');
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    await reader.close();
  });
});

describe('faults', () => {
  // responseCode: WICG web-smart-card, SmartCardResponseCode.
  it.each([
    ['removed-card', 'CARD_REMOVED'],
    ['reset-card', 'CARD_REMOVED'],
    ['unpowered-card', 'CARD_REMOVED'],
    ['unresponsive-card', 'CARD_MUTE'],
    ['not-transacted', 'CARD_MUTE'],
    ['unsupported-card', 'CARD_PROTOCOL_UNSUPPORTED'],
    ['proto-mismatch', 'CARD_PROTOCOL_UNSUPPORTED'],
    ['sharing-violation', 'SLOT_BUSY'],
    ['server-too-busy', 'SLOT_BUSY'],
    ['not-ready', 'SLOT_BUSY'],
    ['unsupported-feature', 'READER_TRANSFER_FAILED'],
    ['constructor', 'READER_TRANSFER_FAILED'],
  ])('%s during an exchange is %s; nothing is sent again, the card must be connected anew', async (responseCode, expected) => {
    const { card, reader, slot } = await connected();
    card.failures.set('transmit', [code(responseCode)]);
    await expect(slot.transmit({ bytes: unhex('002000810431323334'), secret: true })).rejects.toMatchObject({ code: expected });
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
    expect(card.calls.filter((call) => call.startsWith('transmit'))).toHaveLength(1);
    await reader.close();
  });

  it.each(['reader-unavailable', 'unknown-reader', 'no-service', 'system-cancelled'])('%s is the end of the reader, told once', async (responseCode) => {
    const { card, reader, slot } = await connected();
    card.failures.set('transmit', [code(responseCode)]);
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_LOST' });
    expect(await reader.lost).toMatchObject({ code: 'READER_LOST' });
    const calls = card.calls.length;
    await expect(slot.presence()).rejects.toMatchObject({ code: 'READER_LOST' });
    expect(card.calls).toHaveLength(calls);
    await reader.close();
  });

  it.each([
    { name: 'unknown', flags: { unknown: true } },
    { name: 'unavailable', flags: { unavailable: true } },
  ])('a reader that PC/SC calls $name is lost', async ({ flags }) => {
    const { card, reader, slot } = await opened();
    card.flags = flags;
    await expect(slot.presence()).rejects.toMatchObject({ code: 'READER_LOST' });
    expect(await reader.lost).toMatchObject({ code: 'READER_LOST' });
  });

  it.each([
    { name: 'the person says no', call: 'connect', failure: { exception: 'NotAllowedError' }, expected: 'ACCESS_DENIED' },
    { name: 'held by another program', call: 'connect', failure: code('sharing-violation'), expected: 'SLOT_BUSY' },
    { name: 'the person says nothing', call: 'connect', failure: 'hang', expected: 'READER_TIMED_OUT' },
    { name: 'reset fails', call: 'disconnect', failure: code('removed-card'), expected: 'CARD_REMOVED' },
    { name: 'mute', call: 'connect', failure: code('unresponsive-card'), expected: 'CARD_MUTE' },
  ] as const)('connect: $name', async ({ call, failure, expected }) => {
    const { card, reader, slot } = await opened();
    card.failures.set(call, [failure]);
    await expect(slot.connect()).rejects.toMatchObject({ code: expected });
    expect(card.calls.some((each) => each.startsWith('transmit'))).toBe(false);
    await reader.close();
  });

  it('connect: no card, and no protocol', async () => {
    const { card, reader, slot } = await opened();
    card.activeProtocol = undefined;
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_PROTOCOL_UNSUPPORTED' });
    card.cardPresent = false;
    await expect(slot.connect()).rejects.toMatchObject({ code: 'CARD_ABSENT' });
    await reader.close();
  });

  it.each([
    { name: 'nothing', response: new Uint8Array(0) },
    { name: 'one byte (B27)', response: unhex('90') },
    { name: '65539 bytes', response: new Uint8Array(65_539) },
  ])('a response of $name is malformed', async ({ response }) => {
    const { card, reader, slot } = await connected();
    card.response = response;
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    await reader.close();
  });

  it('an exchange without an end has one, and the card is given back before it is taken again', async () => {
    const { card, reader, slot } = await connected();
    card.failures.set('transmit', ['hang']);
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'READER_TIMED_OUT' });
    card.calls.length = 0;
    await slot.connect();
    expect(card.calls.slice(0, 2)).toEqual(['disconnect unpower', 'connect Double 0 exclusive t1/t0']);
    await reader.close();
  });

  it('a person who agrees too late does not leave the card held', async () => {
    const { card, reader, slot } = await opened();
    const agree = card.holdConnect();
    await expect(slot.connect()).rejects.toMatchObject({ code: 'READER_TIMED_OUT' });
    card.calls.length = 0;
    agree();
    await expect.poll(() => card.calls).toEqual(['disconnect unpower']);
    await reader.close();
  });

  it('an extended APDU passes where the card speaks T=1', async () => {
    const { card, reader, slot } = await connected();
    expect(slot).toMatchObject({ carriesExtended: true, bestReadLength: 251 });
    await slot.transmit(openly('00B0000000 1000'));
    expect(card.calls).toEqual(['transmit 00B00000001000 t1']);
    await reader.close();
  });

  it('an extended APDU is refused before it is sent where the card speaks T=0', async () => {
    const { card, reader, slot } = await connected((double) => {
      double.activeProtocol = 't0';
    });
    expect(slot).toMatchObject({ carriesExtended: false, bestReadLength: 251 });
    await expect(slot.transmit(openly('00B0000000 1000'))).rejects.toMatchObject({ code: 'COMMAND_TOO_LONG' });
    expect(card.calls).toEqual([]);
    await reader.close();
  });

  it.each([
    { name: 'silence', failure: 'hang', expected: 'READER_TIMED_OUT' },
    { name: 'no service', failure: code('no-service'), expected: 'READER_LOST' },
    { name: 'a page that may not', failure: { exception: 'SecurityError' }, expected: 'ACCESS_DENIED' },
  ] as const)('opening meets $name: closed again', async ({ failure, expected }) => {
    const card = new SmartCardDouble();
    card.failures.set('getStatusChange', [failure]);
    await expect(openReader(card, { timeouts: hasty })).rejects.toMatchObject({ code: expected });
    expect(card.closeCount).toBe(1);
  });

  it('neither empty nor present is no answer', async () => {
    const { card, reader, slot } = await opened();
    card.flags = {};
    await expect(slot.presence()).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    await reader.close();
  });
});
