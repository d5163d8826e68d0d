import { describe, expect, it } from 'vitest';
import type { CardInspection, Entry, EntryProgress } from '#session';
import { card, progress } from '../test/samples.ts';
import { EntryForm } from './entry-form.svelte.ts';

function type(form: EntryForm, digits: string): void {
  for (const digit of digits) form.type(Number(digit));
}

/** Opens the secrets of an entry; only a test may. */
function opened(entry: Entry | undefined): unknown {
  const show = (secret: { lend: (borrower: (bytes: Uint8Array) => string) => string }): string => secret.lend((bytes) => String.fromCharCode(...bytes));
  if (entry === undefined) return undefined;
  const { licence, personalDetails } = entry;
  return {
    licence: typeof licence === 'string' ? licence : show(licence.pin),
    personalDetails: typeof personalDetails === 'string' ? personalDetails : show('numberB' in personalDetails ? personalDetails.numberB : personalDetails.pin),
  };
}

describe('going on without the licence', () => {
  const licenceAlone = (change: Partial<EntryProgress>): EntryForm => new EntryForm(card, { ...progress, ...change });

  it('submits at once when 照合番号B is held and nothing is left to type', () => {
    const form = licenceAlone({ personalHeld: true });
    type(form, '12');
    expect(form.mayGoWithoutLicence).toBe(true);
    expect(form.skipLicence()).toEqual({ licence: 'skip', personalDetails: 'held' });
  });

  it('submits at once when the personal details are read already', () => {
    expect(licenceAlone({ personalDetails: 'read' }).skipLicence()).toEqual({ licence: 'skip', personalDetails: 'held' });
  });

  it('goes to the next question first when there is one', () => {
    const form = licenceAlone({});
    expect(form.mayGoWithoutLicence).toBe(true);
    expect(form.skipLicence()).toBeUndefined();
    expect(form.question).toBe('personal');
  });

  it('makes no empty check: with nothing else to read it says so', () => {
    const form = licenceAlone({ personalDetails: 'skipped' });
    expect(form.mayGoWithoutLicence).toBe(false);
    expect(form.skipLicence()).toBeUndefined();
    expect(form.complaint).toBe('nothingChosen');
  });
});

describe('EntryForm', () => {
  it('asks for the PIN, then for 照合番号B as printed, and composes it', () => {
    const form = new EntryForm(card, progress);
    type(form, '1234');
    expect(form.decide()).toBeUndefined();
    expect(form.question).toBe('personal');
    type(form, '55021720352285'); // card-info-applet §3.3: born 昭和55-02-17, expiry 2035, code 2285
    expect(opened(form.decide())).toEqual({ licence: '1234', personalDetails: '55021720352285' });
  });

  it('takes the last two digits of a Western year, as printed', () => {
    const form = new EntryForm({ ...card, licence: { state: 'noPin' } }, progress);
    form.chooseCalendar('western');
    type(form, '1990' + '05' + '01' + '2034' + '4821'); // card-info-applet §3.3: 1990-05-01 → 900501
    expect(opened(form.decide())).toEqual({ licence: 'noPin', personalDetails: '90050120344821' });
  });

  it('takes fourteen digits in one go, and the card-info PIN', () => {
    const oneGo = new EntryForm({ ...card, licence: { state: 'absent' } }, progress);
    oneGo.choose('fourteenDigits');
    type(oneGo, '55021720352285');
    expect(opened(oneGo.decide())).toEqual({ licence: 'skip', personalDetails: '55021720352285' });
    const pin = new EntryForm({ ...card, licence: { state: 'absent' } }, progress);
    pin.choose('cardInfoPin');
    type(pin, '5678');
    const entry = pin.decide();
    expect(entry?.personalDetails).toHaveProperty('pin');
    expect(opened(entry)).toEqual({ licence: 'skip', personalDetails: '5678' });
  });

  it('goes without personal details, or without the licence, but not without both', () => {
    const form = new EntryForm(card, progress);
    form.skipLicence();
    form.choose('without');
    expect(form.decide()).toBeUndefined();
    expect(form.complaint).toBe('nothingChosen');
    form.back();
    type(form, '1234');
    form.decide();
    expect(opened(form.decide())).toEqual({ licence: '1234', personalDetails: 'skip' });
  });

  it.each<[string, { card: CardInspection; progress: EntryProgress }, readonly string[], unknown]>([
    ['everything open', { card: card, progress: progress }, ['licence', 'personal'], undefined],
    ['licence read before', { card: card, progress: { ...progress, licence: 'read' } }, ['personal'], undefined],
    ['personal number held', { card: card, progress: { ...progress, personalHeld: true } }, ['licence'], undefined],
    ['PIN blocked', { card: { ...card, licence: { state: 'blocked' } }, progress: progress }, ['personal'], undefined],
    ['both held', { card: card, progress: { ...progress, licencePinHeld: true, personalHeld: true } }, [], { licence: 'held', personalDetails: 'held' }],
    [
      'no PIN, no card-info',
      { card: { licence: { state: 'noPin' }, personalDetails: { state: 'absent' } }, progress },
      [],
      { licence: 'noPin', personalDetails: 'skip' },
    ],
    [
      'licence read, card-info skipped',
      { card: card, progress: { ...progress, licence: 'read', personalDetails: 'skipped' } },
      [],
      { licence: 'held', personalDetails: 'skip' },
    ],
  ])('asks only what is open: %s', (_, open, questions, entry) => {
    const form = new EntryForm(open.card, open.progress);
    expect(form.questions).toEqual(questions);
    if (questions.length === 0) expect(opened(form.decide())).toEqual(entry);
  });

  it('says what is missing and goes there', () => {
    const form = new EntryForm(card, progress);
    type(form, '12');
    expect(form.decide()).toBeUndefined();
    expect(form.complaint).toEqual({ field: 'licencePin', missing: 2 });
  });

  it.each([
    ['month 13', '55131720352285', { field: 'year', impossible: 'birthDate' }],
    ['expiry year of an era', '55021700172285', { field: 'cardExpiryYear', impossible: 'expiryYear' }],
  ])('finds what no card can print before a try is spent: %s', (_, digits, complaint) => {
    const form = new EntryForm({ ...card, licence: { state: 'noPin' } }, progress);
    type(form, digits);
    expect(form.decide()).toBeUndefined();
    expect(form.complaint).toEqual(complaint);
  });

  it('goes back over fields with Backspace', () => {
    const form = new EntryForm({ ...card, licence: { state: 'noPin' } }, progress);
    type(form, '5502');
    expect(form.active).toBe('day');
    form.eraseOne();
    expect(form.active).toBe('month');
    expect(form.buffer('month').count).toBe(1);
  });

  it('offers no blocked credential first', () => {
    const blocked: CardInspection = {
      ...card,
      personalDetails: { state: 'readable', numberBTries: { outcome: 'blocked' }, pinTries: { outcome: 'tries', triesLeft: 3 } },
    };
    expect(new EntryForm(blocked, progress).way).toBe('cardInfoPin');
  });

  it('keeps nothing after handing over, nor after a wipe', () => {
    const form = new EntryForm({ ...card, personalDetails: { state: 'absent' } }, progress);
    type(form, '1234');
    expect(opened(form.decide())).toEqual({ licence: '1234', personalDetails: 'skip' });
    expect(form.buffer('licencePin').count).toBe(0);
    expect(form.decide()).toBeUndefined(); // a doubled key press hands over nothing twice
    type(form, '12');
    form.wipe();
    expect(form.buffer('licencePin').count).toBe(0);
  });
});
