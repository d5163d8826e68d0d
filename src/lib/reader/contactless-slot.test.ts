import { unhex, type Bytes, type Outgoing } from '#bytes';
import { describe, expect, it } from 'vitest';
import { ccidTimeouts } from './ccid/timeouts.ts';
import { ContactlessSlot, type ActiveCard, type CardFinder } from './contactless-slot.ts';
import { ReaderError, type ReaderErrorCode } from './reader-error.ts';
import { openly, wait } from './test/open.ts';
import { hasty } from './test/replies.ts';

const READ = openly('00B0000000');

function fault(code: ReaderErrorCode): ReaderError {
  return new ReaderError({ code, message: code });
}

/** A finder that does as it is told, and keeps a list of what it was asked. */
class Finder implements CardFinder {
  readonly calls: string[] = [];
  card: 'present' | 'absent' | ReaderErrorCode = 'present';
  answers: 'yes' | 'no' | ReaderErrorCode = 'yes';
  exchange: Bytes | ReaderErrorCode = unhex('9000');
  carriesExtended = false;

  detect(): Promise<'present' | 'absent'> {
    this.calls.push('detect');
    return this.card === 'present' || this.card === 'absent' ? Promise.resolve(this.card) : Promise.reject(fault(this.card));
  }

  activate(): Promise<ActiveCard> {
    this.calls.push('activate');
    if (this.card !== 'present') return Promise.reject(fault('CARD_ABSENT'));
    return Promise.resolve({
      carriesExtended: this.carriesExtended,
      bestReadLength: 200,
      atr: unhex('3B00'),
      transmit: (command: Outgoing) => this.#transmit(command),
      isPresent: () => this.#isPresent(),
      release: async () => {
        this.calls.push('release');
      },
    });
  }

  rest(): Promise<void> {
    this.calls.push('rest');
    return Promise.resolve();
  }

  #transmit({ secret }: Outgoing): Promise<Bytes> {
    this.calls.push(secret ? 'transmit secret' : 'transmit');
    return typeof this.exchange === 'string' ? Promise.reject(fault(this.exchange)) : Promise.resolve(this.exchange);
  }

  #isPresent(): Promise<boolean> {
    this.calls.push('isPresent');
    if (this.answers === 'yes' || this.answers === 'no') return Promise.resolve(this.answers === 'yes');
    return Promise.reject(fault(this.answers));
  }
}

function slotOver(finder: Finder): ContactlessSlot {
  return new ContactlessSlot(finder, { ...ccidTimeouts, ...hasty, pollMs: 5, coalesceMs: 2 });
}

describe('presence', () => {
  it.each([
    { card: 'present' as const, presence: 'inactive' },
    { card: 'absent' as const, presence: 'absent' },
  ])('without a connection the reader looks: $card', async ({ card, presence }) => {
    const finder = new Finder();
    finder.card = card;
    expect(await slotOver(finder).presence()).toBe(presence);
    expect(finder.calls).toEqual(['detect']);
  });

  it('with one, only the card is asked', async () => {
    const finder = new Finder();
    const slot = slotOver(finder);
    await slot.connect();
    expect(await slot.presence()).toBe('active');
    expect(finder.calls).toEqual(['activate', 'isPresent']);
  });

  it.each(['no', 'CARD_REMOVED', 'READER_TIMED_OUT'] as const)(
    'a card that does not answer (%s) has lost its state, and is not activated by itself',
    async (answers) => {
      const finder = new Finder();
      const slot = slotOver(finder);
      await slot.connect();
      finder.answers = answers;
      expect(await slot.presence()).toBe('inactive');
      finder.answers = 'yes';
      expect(await slot.presence()).toBe('inactive');
      await expect(slot.transmit(READ)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
      expect(finder.calls.filter((call) => call === 'activate').length).toBe(1);
    },
  );

  it.each(['READER_LOST', 'SLOT_BUSY'] as const)('%s while looking is told', async (code) => {
    const finder = new Finder();
    finder.card = code;
    await expect(slotOver(finder).presence()).rejects.toMatchObject({ code });
  });

  it('is told to whoever watches: arrival, a card that lost its state as taken and put back, departure; and nothing after the end', async () => {
    const finder = new Finder();
    finder.card = 'absent';
    const slot = slotOver(finder);
    const told: string[] = [];
    const stop = slot.watchPresence((presence) => told.push(presence));
    await wait(30);
    finder.card = 'present';
    await wait(30);
    await slot.connect();
    await wait(30);
    expect(told).toEqual(['inactive']);
    finder.answers = 'no';
    await wait(30);
    expect(told).toEqual(['inactive', 'absent', 'inactive']);
    finder.card = 'absent';
    await wait(30);
    expect(told).toEqual(['inactive', 'absent', 'inactive', 'absent']);
    stop();
    finder.card = 'present';
    await wait(30);
    expect(told.length).toBe(4);
    slot.end();
  });
});

describe('after a fault', () => {
  it.each(['CARD_REMOVED', 'CARD_MUTE', 'READER_MALFORMED_MESSAGE', 'READER_BUDGET_EXCEEDED', 'SLOT_BUSY', 'READER_REPORTED_ERROR'] as const)(
    '%s: the card is let go, the field goes off, and no command goes out until connect',
    async (code) => {
      const finder = new Finder();
      const slot = slotOver(finder);
      await slot.connect();
      finder.exchange = code;
      await expect(slot.transmit({ bytes: unhex('002000800431323334'), secret: true })).rejects.toMatchObject({ code });
      await expect(slot.transmit(READ)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
      expect(finder.calls).toEqual(['activate', 'transmit secret', 'release', 'rest']);
      finder.exchange = unhex('9000');
      await slot.connect();
      expect(await slot.transmit(READ)).toEqual(unhex('9000'));
    },
  );

  it.each(['READER_TIMED_OUT', 'READER_LOST'] as const)('%s: a reader that does not answer is not asked for more', async (code) => {
    const finder = new Finder();
    const slot = slotOver(finder);
    await slot.connect();
    finder.exchange = code;
    await expect(slot.transmit(READ)).rejects.toMatchObject({ code });
    expect(finder.calls).toEqual(['activate', 'transmit']);
  });

  it('of an activation: the field goes off', async () => {
    const finder = new Finder();
    finder.card = 'absent';
    await expect(slotOver(finder).connect()).rejects.toMatchObject({ code: 'CARD_ABSENT' });
    expect(finder.calls).toEqual(['activate', 'rest']);
  });
});

it('disconnect lets the card go, once, and never throws', async () => {
  const finder = new Finder();
  const slot = slotOver(finder);
  await slot.connect();
  await slot.disconnect();
  finder.rest = () => Promise.reject(fault('READER_LOST'));
  await slot.disconnect();
  expect(finder.calls).toEqual(['activate', 'release', 'rest']);
  await expect(slot.transmit(READ)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
});

it('one thing at a time: a question about presence does not come between', async () => {
  const finder = new Finder();
  const slot = slotOver(finder);
  await Promise.all([slot.connect(), slot.presence(), slot.transmit(READ), slot.presence(), slot.disconnect(), slot.presence()]);
  expect(finder.calls).toEqual(['activate', 'isPresent', 'transmit', 'isPresent', 'release', 'rest', 'detect']);
});

describe('what a command may carry', () => {
  const EXTENDED = openly('00B00000000400');

  it('is what the active card says, and short before there is one', async () => {
    const finder = new Finder();
    finder.carriesExtended = true;
    const slot = slotOver(finder);
    expect(slot).toMatchObject({ carriesExtended: false, bestReadLength: 251 });
    await slot.connect();
    expect(slot).toMatchObject({ carriesExtended: true, bestReadLength: 200 });
    await slot.transmit(EXTENDED);
    expect(finder.calls).toEqual(['activate', 'transmit']);
    await slot.disconnect();
    expect(slot).toMatchObject({ carriesExtended: false, bestReadLength: 251 });
  });

  it('refuses an extended APDU where none can pass, without a word to the card', async () => {
    const finder = new Finder();
    const slot = slotOver(finder);
    await slot.connect();
    await expect(slot.transmit(EXTENDED)).rejects.toMatchObject({ code: 'COMMAND_TOO_LONG' });
    expect(finder.calls).toEqual(['activate']);
    await slot.transmit(READ);
  });
});
