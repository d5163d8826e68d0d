/** The card's side of the air against the scripts D1–D16 of spec/iso-dep.md §7: every line one frame of the reader and the card's answer. */
import { hex, unhex } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { CardPlace } from './card-place.ts';
import { FaultSchedule, type Fault } from './faults.ts';
import { LinkClock, standardLinkModel } from './link-clock.ts';
import { RadioField } from './radio-field.ts';
import { ReaderPcd } from './reader-pcd.ts';
import type { SimulatorError } from './simulator-error.ts';
import { image } from './test/host.ts';
import { atrOfTypeB } from './type-b-parameters.ts';
import { VirtualCard } from './virtual-card.ts';

const SELECT = '00A4040C10A0000002310600000000000000000000';
const VERIFY = '002000860431323334';
const READ = '00B09B00C8';

async function air(faults: readonly Fault[] = []): Promise<{
  field: RadioField;
  say: (frame: string) => Promise<string>;
  schedule: FaultSchedule;
  unexpected: SimulatorError[];
  card: VirtualCard;
  clock: LinkClock;
}> {
  const place = new CardPlace();
  const schedule = new FaultSchedule();
  schedule.set(faults);
  const unexpected: SimulatorError[] = [];
  const clock = new LinkClock(standardLinkModel);
  const field = new RadioField({ place, faults: schedule, clock, report: (error) => unexpected.push(error) });
  const card = new VirtualCard(await image());
  place.insert(card);
  field.switchOn();
  const say = async (frame: string): Promise<string> => {
    const answer = await field.exchange(unhex(frame), 100);
    return answer.outcome === 'block' ? hex(answer.bytes) : answer.outcome;
  };
  return { field, say, schedule, unexpected, card, clock };
}

const ACTIVATE = [
  ['050010', '50A1B2C3D4000005E0B381A1'],
  ['1DA1B2C3D400080100', '00'],
] as const;

describe('scripts of iso-dep.md §7', () => {
  it.each<{ name: string; script: readonly (readonly [string, string])[]; faults?: readonly Fault[] }>([
    {
      name: 'D1, two exchanges',
      script: [
        [`02${SELECT}`, '029000'],
        [`03${VERIFY}`, '039000'],
        ['02002000' + '86', '0263CA'],
      ],
    },
    {
      name: 'D4, the host chains',
      script: [
        [`12${SELECT.slice(0, 20)}`, 'A2'],
        [`03${SELECT.slice(20)}`, '039000'],
        ['0200200086', '0263CA'],
      ],
    },
    {
      name: 'D5, WTX',
      script: [
        [`02${SELECT}`, 'F20A'],
        ['F20A', '029000'],
      ],
      faults: [{ kind: 'waitingTime', multiplier: 10, copies: 1 }],
    },
    {
      name: 'D6, power bits',
      script: [
        [`02${SELECT}`, 'F2CA'],
        ['F20A', '029000'],
      ],
      faults: [{ kind: 'waitingTime', multiplier: 0xca, copies: 1 }],
    },
    {
      name: 'D7, answer lost',
      script: [
        [`02${SELECT}`, 'silence'],
        ['B2', '029000'],
      ],
      faults: [{ kind: 'blockFromCardLost' }],
    },
    {
      name: 'D8, command lost',
      script: [
        [`02${SELECT}`, 'silence'],
        ['B2', 'A3'],
        [`02${SELECT}`, '029000'],
      ],
      faults: [{ kind: 'blockToCardLost' }],
    },
    {
      name: 'D10, acknowledgement lost',
      script: [
        [`12${SELECT.slice(0, 20)}`, 'silence'],
        ['B2', 'A2'],
        [`03${SELECT.slice(20)}`, '039000'],
      ],
      faults: [{ kind: 'blockFromCardLost' }],
    },
    {
      name: 'D12, presence',
      script: [
        [`02${SELECT}`, '029000'],
        ['B3', 'A2'],
        [`03${VERIFY}`, '039000'],
      ],
    },
    {
      name: 'D14, deselect',
      script: [
        [`02${SELECT}`, '029000'],
        ['C2', 'C2'],
        ['050000', 'silence'],
        ['050008', '50A1B2C3D4000005E0B381A1'],
      ],
    },
    {
      name: 'D2, the card chains',
      script: [
        [`02${SELECT}`, '1290'],
        ['A3', '0300'],
      ],
      faults: [{ kind: 'cardChains', partLength: 1 }],
    },
    {
      name: 'D9, a part lost',
      script: [
        [`02${SELECT}`, '1290'],
        ['A3', 'silence'],
        ['A3', '0300'],
      ],
      faults: [
        { kind: 'cardChains', partLength: 1 },
        { kind: 'blockFromCardLost', from: 2 },
      ],
    },
    {
      name: 'garbled',
      script: [
        [`02${SELECT}`, 'garbled'],
        ['B2', '029000'],
      ],
      faults: [{ kind: 'blockGarbled' }],
    },
    { name: 'the other number', script: [[`02${SELECT}`, '039000']], faults: [{ kind: 'blockNumber' }] },
    {
      name: 'late',
      script: [
        [`02${SELECT}`, 'silence'],
        ['B2', '029000'],
      ],
      faults: [{ kind: 'blockLate' }],
    },
    {
      name: 'empty parts for ever',
      script: [
        [`02${SELECT}`, '12'],
        ['A3', '13'],
        ['A2', '12'],
      ],
      faults: [{ kind: 'endlessChain', partLength: 0 }],
    },
  ])('$name', async ({ script, faults = [] }) => {
    const { say, schedule, unexpected, card } = await air();
    for (const [frame, answer] of ACTIVATE) expect(await say(frame)).toBe(answer);
    schedule.set(faults);
    for (const [frame, answer] of script) expect(await say(frame)).toBe(answer);
    expect(unexpected).toEqual([]);
    expect(card.log.filter(({ ins }) => ins === 0xa4).length).toBeLessThanOrEqual(1);
  });

  it('D13, CID 2 in every block', async () => {
    const { say } = await air([{ kind: 'waitingTime', multiplier: 10, copies: 1 }]);
    await say('050010');
    expect(await say('1DA1B2C3D400080102')).toBe('02');
    expect(await say(`0A02${SELECT}`)).toBe('FA020A');
    expect(await say('FA020A')).toBe('0A029000');
    expect(await say('CA02')).toBe('CA02');
  });
});

describe('what gets no answer', () => {
  it.each([
    { name: 'a second REQB on an active card', frame: '050000', recorded: true },
    { name: 'S(IFS) of T=1', frame: 'C1FE', recorded: true },
    { name: 'NAD', frame: '0600', recorded: true },
    { name: 'CID of another card', frame: `0A05${SELECT}`, recorded: true },
    { name: 'S(WTX) nobody asked for', frame: 'F20A', recorded: true },
    { name: 'R(ACK) with nothing more to come', frame: 'A2', recorded: true },
    { name: 'R-block with INF', frame: 'B200', recorded: true },
    { name: 'longer than FSC', frame: `02${'00'.repeat(254)}`, recorded: true },
  ])('$name', async ({ frame, recorded }) => {
    const { say, unexpected } = await air();
    for (const [sent] of ACTIVATE) await say(sent);
    expect(await say(frame)).toBe('silence');
    expect(unexpected.length > 0).toBe(recorded);
  });

  it.each([
    { name: 'foreign PUPI', frame: '1D0000000000080100' },
    { name: 'a rate the card does not offer (848)', frame: '1DA1B2C3D400F80100' },
    { name: 'different rates where the card wants the same', frame: '1DA1B2C3D400480100' },
    { name: 'no block protocol asked for', frame: '1DA1B2C3D400080000' },
  ])('ATTRIB: $name (ISO/IEC 14443-3 §7.10)', async ({ frame }) => {
    const { say } = await air();
    await say('050010');
    expect(await say(frame)).toBe('silence');
  });

  it('records a host that does not turn its block number', async () => {
    const { say, unexpected } = await air();
    for (const [sent] of ACTIVATE) await say(sent);
    await say(`02${SELECT}`);
    await say(`02${SELECT}`);
    expect(unexpected[0]?.code).toBe('SIMULATOR_UNEXPECTED_INPUT');
  });
});

describe('time (ccid.md §16.2)', () => {
  it.each([
    { rate: 0, attrib: '1DA1B2C3D400080100' },
    { rate: 1, attrib: '1DA1B2C3D400580100' },
    { rate: 2, attrib: '1DA1B2C3D400A80100' },
  ] as const)('READ BINARY of 200 bytes at rate $rate', async ({ rate, attrib }) => {
    const { say, clock, field } = await air();
    await say('050010');
    await say(attrib);
    field.rates = { toCard: rate, fromCard: rate };
    await say(`02${SELECT}`);
    await say(`03${VERIFY}`);
    const before = clock.modelledMs;
    expect((await say(`02${READ}`)).length).toBe(2 + 404);
    const etu = 128 / 13_560 / 2 ** rate;
    expect(clock.modelledMs - before).toBeCloseTo(102 * etu + 2304 / 13_560 + 72 * etu + (14 * 128) / 13_560 + 200 * 10 * etu, 9);
  });
});

it('ATR of the image is the one its ATQB makes (PC/SC part 3)', async () => {
  const { atqb, atr } = await image();
  expect(hex(atrOfTypeB(atqb, 0))).toBe(hex(atr));
});

const damage = fc.constantFrom<Fault['kind']>('blockToCardLost', 'blockFromCardLost', 'blockGarbled', 'blockRepeated', 'blockNumber', 'blockLate');

test.prop([fc.array(fc.record({ kind: damage, from: fc.integer({ min: 1, max: 30 }) }), { maxLength: 4 })], { numRuns: 60 })(
  'the reader’s own PCD: right answer or none, and VERIFY reaches the card at most once',
  async (faults) => {
    const { field, schedule, card } = await air();
    const pcd = new ReaderPcd(field);
    await pcd.activate({ frameLengthCode: 8, cid: 0, rates: () => ({ toCard: 0, fromCard: 0 }) });
    schedule.set(faults as Fault[]);
    const answers: (string | undefined)[] = [];
    for (const apdu of [SELECT, VERIFY, READ]) {
      const answer = await pcd.transmit(unhex(apdu));
      answers.push(answer === undefined ? undefined : hex(answer));
      if (answer === undefined) break;
    }
    expect(card.log.filter(({ ins }) => ins === 0x20).length).toBeLessThanOrEqual(1);
    if (faults.every(({ kind }) => kind !== 'blockRepeated' && kind !== 'blockLate') && answers[2] !== undefined) expect(answers[2].length).toBe(404);
  },
);
