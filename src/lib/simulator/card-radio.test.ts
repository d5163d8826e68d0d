/** Rates the virtual card offers and keeps: ISO/IEC 14443-3 §7.9 (ATQB byte 9), §7.10 (ATTRIB P2 bits 4 to 7). */
import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { CardPlace } from './card-place.ts';
import { withBitRates, type CardRadio } from './card-radio.ts';
import { settledRates } from './direct-link.ts';
import { FaultSchedule } from './faults.ts';
import { LinkClock, standardLinkModel, type AirRates, type RateIndex } from './link-clock.ts';
import { RadioField } from './radio-field.ts';
import { image } from './test/host.ts';
import { readAtqb } from './type-b-parameters.ts';
import { VirtualCard } from './virtual-card.ts';

const RATES_106: AirRates = { toCard: 0, fromCard: 0 };
const SELECT = '02' + '00A4040C10A0000002310600000000000000000000';

async function air(radio: CardRadio, highest: RateIndex = 3): Promise<{ field: RadioField; say: (frame: string) => Promise<string> }> {
  const place = new CardPlace();
  const report = (error: Error): never => {
    throw error;
  };
  const field = new RadioField({ place, faults: new FaultSchedule(), clock: new LinkClock(standardLinkModel), report });
  place.insert(new VirtualCard(withBitRates(await image(), highest), { radio }));
  field.switchOn();
  const say = async (frame: string): Promise<string> => {
    const answer = await field.exchange(unhex(frame), 100);
    return answer.outcome === 'block' ? hex(answer.bytes) : answer.outcome;
  };
  return { field, say };
}

describe('withBitRates', () => {
  it.each<{ highest: RateIndex; atqb: string; atr: string }>([
    { highest: 0, atqb: '50A1B2C3D4000005E00081A1', atr: '3B888001000005E00081A100CC' },
    { highest: 1, atqb: '50A1B2C3D4000005E09181A1', atr: '3B888001000005E09181A1005D' },
    { highest: 2, atqb: '50A1B2C3D4000005E0B381A1', atr: '3B888001000005E0B381A1007F' },
    { highest: 3, atqb: '50A1B2C3D4000005E0F781A1', atr: '3B888001000005E0F781A1003B' },
  ])('up to index $highest: ATQB $atqb', async ({ highest, atqb, atr }) => {
    const changed = withBitRates(await image(), highest);
    expect(hex(changed.atqb)).toBe(atqb);
    expect(hex(changed.atr)).toBe(atr);
    expect(readAtqb(changed.atqb).fastestRates(3)).toEqual({ toCard: highest, fromCard: highest });
  });

  it('leaves an ATR alone that does not come from the ATQB', async () => {
    const contact = { ...(await image()), atr: unhex('3B9011') };
    expect(hex(withBitRates(contact, 3).atr)).toBe('3B9011');
  });
});

describe('what a reader that chooses for itself settles on', () => {
  it.each<{ offered: string; highest: RateIndex; rates: AirRates; name: string }>([
    { name: 'each way its own best', offered: '13', highest: 3, rates: { toCard: 2, fromCard: 1 } },
    { name: 'the same both ways', offered: '93', highest: 3, rates: { toCard: 1, fromCard: 1 } },
    { name: 'the reader is the slower one', offered: 'F7', highest: 1, rates: { toCard: 1, fromCard: 1 } },
    { name: 'nothing in common', offered: 'A1', highest: 3, rates: RATES_106 },
  ])('$name', async ({ offered, highest, rates }) => {
    const card = await image();
    expect(settledRates(new VirtualCard({ ...card, atqb: unhex(`50A1B2C3D4000005E0${offered}81A1`) }), highest)).toEqual(rates);
  });

  it('no more than the card can really keep', async () => {
    expect(settledRates(new VirtualCard(withBitRates(await image(), 3), { radio: { carriesUpTo: 1 } }))).toEqual({ toCard: 1, fromCard: 1 });
  });
});

describe('a card that claims what it cannot keep', () => {
  /** ATTRIB at 106 kbit/s, then both sides at 424. */
  const raised = async (radio: CardRadio): Promise<string> => {
    const { field, say } = await air(radio);
    await say('050010');
    expect(await say('1DA1B2C3D400A80100')).toBe('00');
    field.rates = { toCard: 2, fromCard: 2 };
    return say(SELECT);
  };

  it.each<{ name: string; radio: CardRadio; answer: string }>([
    { name: 'keeps it', radio: {}, answer: '029000' },
    { name: 'keeps it just so', radio: { carriesUpTo: 2 }, answer: '029000' },
    { name: 'garbles', radio: { carriesUpTo: 1 }, answer: 'garbled' },
    { name: 'is silent', radio: { carriesUpTo: 1, above: 'silence' }, answer: 'silence' },
  ])('$name', async ({ radio, answer }) => {
    expect(await raised(radio)).toBe(answer);
  });

  it('does not answer an ATTRIB that asks too much, and answers the same at 106 kbit/s', async () => {
    const { field, say } = await air({ attribUpTo: 1 });
    await say('050010');
    expect(await say('1DA1B2C3D400A80100')).toBe('silence');
    field.switchOff();
    field.switchOn();
    await say('050010');
    expect(await say('1DA1B2C3D400080100')).toBe('00');
    expect(await say(SELECT)).toBe('029000');
  });

  it('does not answer an ATTRIB for a rate it never offered', async () => {
    const { say } = await air({}, 1);
    await say('050010');
    expect(await say('1DA1B2C3D400A80100')).toBe('silence');
  });
});
