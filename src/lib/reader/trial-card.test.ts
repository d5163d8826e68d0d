/** Back to the beginning, once, and only from a first command that carries no secret. */
import { unhex, type Bytes } from '#bytes';
import { describe, expect, it, vi } from 'vitest';
import { shortCapacity } from './command-capacity.ts';
import type { ActiveCard } from './contactless-slot.ts';
import { ReaderError, type ReaderErrorCode } from './reader-error.ts';
import { openly } from './test/open.ts';
import { TrialCard } from './trial-card.ts';

const READ = openly('00B0000000');
const VERIFY = { bytes: unhex('002000800431323334'), secret: true };

/** A response in hexadecimal, or a fault. */
type Said = '9000' | '6A82' | ReaderErrorCode | { readonly last: string };

/** Says these, one after the other, to commands; and whether it is there. */
function card(name: string, calls: string[], says: readonly Said[], present: boolean | ReaderErrorCode = true): ActiveCard {
  const answers = [...says];
  return {
    ...shortCapacity,
    atr: unhex('3B00'),
    transmit: ({ secret }): Promise<Bytes> => {
      calls.push(`${name} ${secret ? 'secret' : 'command'}`);
      return saying(answers.shift() ?? '9000');
    },
    isPresent: () => {
      calls.push(`${name} present?`);
      return typeof present === 'boolean' ? Promise.resolve(present) : Promise.reject(fault(present));
    },
    release: async () => {
      calls.push(`${name} released`);
    },
  };
}

function saying(answer: Said): Promise<Bytes> {
  if (typeof answer === 'object') return Promise.reject(new ReaderError({ code: 'CARD_REMOVED', message: 'said', facts: answer }));
  return answer === '9000' || answer === '6A82' ? Promise.resolve(unhex(answer)) : Promise.reject(fault(answer));
}

function fault(code: ReaderErrorCode): ReaderError {
  return new ReaderError({ code, message: 'said' });
}

interface Scene {
  readonly calls: string[];
  readonly trial: TrialCard;
  readonly onFailed: ReturnType<typeof vi.fn>;
  readonly onDamage: ReturnType<typeof vi.fn>;
}

function scene(
  fast: Parameters<typeof card>[2],
  options: { present?: boolean | ReaderErrorCode; slow?: Parameters<typeof card>[2] | ReaderErrorCode; mayBeRate?: boolean } = {},
): Scene {
  const calls: string[] = [];
  const onFailed = vi.fn();
  const onDamage = vi.fn();
  const { slow = [], mayBeRate = true } = options;
  const trial = new TrialCard({
    card: card('fast', calls, fast, options.present),
    again: () => {
      calls.push('again');
      return typeof slow === 'string' ? Promise.reject(fault(slow)) : Promise.resolve(card('slow', calls, slow));
    },
    onFailed,
    onDamage,
    onProved: () => {
      calls.push('proved');
    },
    mayBeRate: () => mayBeRate,
  });
  return { calls, trial, onFailed, onDamage };
}

describe('the first command', () => {
  it('goes well: nothing else happens', async () => {
    const { calls, trial, onFailed } = scene(['9000']);
    expect(await trial.transmit(READ)).toEqual(unhex('9000'));
    expect(calls).toEqual(['fast command', 'proved']);
    expect(onFailed).not.toHaveBeenCalled();
  });

  it.each<ReaderErrorCode>(['CARD_MUTE', 'CARD_REMOVED', 'READER_MALFORMED_MESSAGE'])(
    '%s: activated again, sent again, and the rate is to blame',
    async (code) => {
      const { calls, trial, onFailed } = scene([code], { slow: ['6A82'] });
      expect(await trial.transmit(READ)).toEqual(unhex('6A82'));
      expect(calls).toEqual(['fast command', 'again', 'slow command']);
      expect(onFailed).toHaveBeenCalledOnce();
    },
  );

  it.each<ReaderErrorCode>(['READER_LOST', 'READER_TIMED_OUT', 'READER_REPORTED_ERROR', 'SLOT_BUSY', 'COMMAND_TOO_LONG', 'READER_BUDGET_EXCEEDED'])(
    '%s is no matter of the rate',
    async (code) => {
      const { calls, trial, onFailed } = scene([code]);
      await expect(trial.transmit(READ)).rejects.toMatchObject({ code });
      expect(calls).toEqual(['fast command']);
      expect(onFailed).not.toHaveBeenCalled();
    },
  );

  it('is no matter of the rate when the field is not ours any more', async () => {
    const { calls, trial } = scene(['CARD_REMOVED'], { mayBeRate: false });
    await expect(trial.transmit(READ)).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(calls).toEqual(['fast command']);
  });

  it('and no card any more: it had been taken away, and no rate is blamed', async () => {
    const { trial, onFailed } = scene(['CARD_MUTE'], { slow: 'CARD_ABSENT' });
    await expect(trial.transmit(READ)).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(onFailed).not.toHaveBeenCalled();
  });

  it.each<{ again: ReaderErrorCode }>([{ again: 'READER_LOST' }, { again: 'CARD_RESET_FAILED' }])(
    'and $again while activating again is told',
    async ({ again }) => {
      const { trial } = scene(['CARD_MUTE'], { slow: again });
      await expect(trial.transmit(READ)).rejects.toMatchObject({ code: again });
    },
  );

  it('fails slowly too: no rate is blamed, and that is the end of it', async () => {
    const { calls, trial, onFailed } = scene(['CARD_MUTE'], { slow: ['CARD_MUTE', 'CARD_MUTE'] });
    await expect(trial.transmit(READ)).rejects.toMatchObject({ code: 'CARD_MUTE' });
    await expect(trial.transmit(READ)).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(calls).toEqual(['fast command', 'again', 'slow command', 'slow command']);
    expect(onFailed).not.toHaveBeenCalled();
  });

  it('is a secret: the card is activated again before it, and hears it once', async () => {
    const { calls, trial } = scene([], { slow: ['CARD_MUTE'] });
    await expect(trial.transmit(VERIFY)).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(calls).toEqual(['again', 'slow secret']);
  });
});

describe('after the first response', () => {
  it.each([VERIFY, READ])('nothing is activated or sent again', async (command) => {
    const { calls, trial, onFailed } = scene(['9000', 'CARD_MUTE']);
    await trial.transmit(READ);
    await expect(trial.transmit(command)).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(calls.filter((call) => call === 'again')).toEqual([]);
    expect(onFailed).not.toHaveBeenCalled();
  });

  it.each<{ name: string; says: ReaderErrorCode | { last: string }; tells: number }>([
    { name: 'damage is told for the next card', says: { last: 'damaged' }, tells: 1 },
    { name: 'rubbish too', says: 'READER_MALFORMED_MESSAGE', tells: 1 },
    { name: 'silence is a card that was taken away', says: { last: 'silence' }, tells: 0 },
  ])('$name', async ({ says, tells }) => {
    const { trial, onDamage } = scene(['9000', says]);
    await trial.transmit(READ);
    await expect(trial.transmit(READ)).rejects.toMatchObject({ name: 'ReaderError' });
    expect(onDamage).toHaveBeenCalledTimes(tells);
  });
});

describe('presence', () => {
  it('is only asked for: a silent card may be another one by now', async () => {
    const { calls, trial, onFailed } = scene([], { present: false });
    expect(await trial.isPresent()).toBe(false);
    expect(calls).toEqual(['fast present?']);
    expect(onFailed).not.toHaveBeenCalled();
  });

  it('proves nothing', async () => {
    const { calls, trial } = scene(['CARD_MUTE']);
    expect(await trial.isPresent()).toBe(true);
    await trial.transmit(READ);
    expect(calls).toContain('again');
  });
});

describe('rest', () => {
  it('is given to the card that is there', async () => {
    const { calls, trial } = scene(['CARD_MUTE']);
    await trial.transmit(READ);
    await trial.release();
    expect(calls.at(-1)).toBe('slow released');
  });
});
