/** Cards that lie, loop or are damaged, at the whole counter: spec/ccid.md §14 B45–B47, licence-applet §3, §4, §7, card-info-applet §3.5, §10. */
import { afterEach, describe, expect, it } from 'vitest';
import { hex, unhex, type Bytes } from '#bytes';
import type { CardImage } from '#simulator';
import type { Entry } from './card-session.ts';
import type { CheckResult, ReceptionState } from './state.ts';
import { fullEntry, image, noticed, openTestCounter, secret, settled, type TestCounter } from './test/counter.ts';
import { altered, CARD_INFO_AID, LICENCE_AID, WatchedCard, withFile, withTries, type Lie } from './test/watched-card.ts';

let open: TestCounter | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const SELECT = 0xa4;
const READ_BINARY = 0xb0;
const VERIFY = 0x20;

interface Outcome {
  readonly counter: TestCounter;
  readonly onReader: WatchedCard;
  readonly state: ReceptionState;
}

async function putDown(card: CardImage, lie: Lie = () => undefined): Promise<Outcome> {
  const onReader = new WatchedCard(card);
  onReader.lie = lie;
  const counter = await openTestCounter({ image: card, onReader });
  open = counter;
  await counter.session.reopenReader();
  return { counter, onReader, state: await settled(counter) };
}

/** Puts the card down, types what its holder would, confirms no last try. */
async function check(card: CardImage, lie: Lie = () => undefined, entry: (card: CardImage) => Entry = fullEntry): Promise<Outcome> {
  const down = await putDown(card, lie);
  if (down.state.name !== 'entry') return down;
  const { licence } = down.state.card;
  const typed = entry(card);
  down.counter.session.submit(licence.state === 'pinNeeded' || licence.state === 'noPin' ? typed : { ...typed, licence: 'skip' });
  return { ...down, state: await settled(down.counter) };
}

function resultOf({ state }: Outcome): CheckResult {
  if (state.name !== 'result') throw new Error(`expected a result, got ${JSON.stringify(state)}`);
  return state.result;
}

function faultOf({ state }: Outcome): { readonly code: string; readonly tryUsed: string } {
  if (state.name !== 'cardFault') throw new Error(`expected a fault, got ${state.name}`);
  return state.fault;
}

async function expectHarmless({ counter, onReader }: Outcome): Promise<void> {
  await noticed();
  expect(await counter.log.verify()).toMatchObject({ outcome: 'intact' });
  expect(counter.session.link.apdus).toBeLessThanOrEqual(400);
  expect(counter.session.link.bytesFromCard).toBeLessThanOrEqual(0x4_1000);
  expect(onReader.verifies('0006').length).toBeLessThanOrEqual(1);
  expect(onReader.verifies('0015').length).toBeLessThanOrEqual(1);
  counter.reader.assertNoUnexpectedInput();
}

/** From the moment the PIN was accepted. */
const afterVerify =
  (then: Lie): Lie =>
  (command, seen) =>
    seen.some(({ kind, response }) => kind === 'verify' && response === '9000') ? then(command, seen) : undefined;

const reads =
  (response: string | ((le: number, offset: number) => string)): Lie =>
  ([, ins, p1 = 0, p2 = 0, le = 0]) => {
    if (ins !== READ_BINARY && ins !== 0xc0) return undefined;
    return typeof response === 'string' ? response : response(le === 0 ? 256 : le, ins === READ_BINARY && p1 < 0x80 ? p1 * 256 + p2 : 0);
  };

describe('a card that never comes to an end', () => {
  it.each([
    ['B45 61FF for ever', reads('61FF'), /RESPONSE_LOOP|RESPONSE_MALFORMED|UNEXPECTED_STATUS/u],
    ['B45 6100 for ever', reads('6100'), /RESPONSE_LOOP/u],
    ['B45 6C00 for ever', reads('6C00'), /RESPONSE_LOOP/u],
    ['B45 6CC8 for ever', reads('6CC8'), /RESPONSE_LOOP/u],
    ['B45 one byte at a time by 61xx', reads('AA61FF'), /RESPONSE_LOOP|CARD_BUDGET_EXCEEDED/u],
    ['B46 a file without end', reads((le) => `${'C2'.repeat(le)}9000`), /CARD_FILE_TOO_LONG/u],
    ['B46 a file without end, one byte at a time', reads('C29000'), /CARD_BUDGET_EXCEEDED|CARD_FILE_TOO_LONG/u],
    ['B46 READ BINARY answers one byte more than Le', reads((le) => `${'C2'.repeat(le + 1)}9000`), /RESPONSE_MALFORMED/u],
    ['B47 READ BINARY answers 4096 bytes', reads(() => `${'C2'.repeat(4096)}9000`), /RESPONSE_MALFORMED/u],
    ['B27 one byte of status word', reads('90'), /RESPONSE_MALFORMED|READER_MALFORMED_MESSAGE/u],
    ['B27 nothing at all', reads(''), /RESPONSE_MALFORMED|READER_MALFORMED_MESSAGE/u],
    ['a status word nobody knows', reads('6F42'), /UNEXPECTED_STATUS/u],
    ['a status word that is none', reads('0000'), /UNEXPECTED_STATUS/u],
    ['6700 to every length', reads('6700'), /UNEXPECTED_STATUS/u],
  ] as const)('%s: a coded fault, within the budget', async (_name, lie, code) => {
    const outcome = await check(await image('standard'), afterVerify(lie));
    expect(faultOf(outcome).code).toMatch(code);
    expect(faultOf(outcome).tryUsed).toBe('no');
    expect(outcome.onReader.verifies()).toHaveLength(1);
    await expectHarmless(outcome);
    const [logged] = await outcome.counter.log.list({ limit: 1 });
    expect(logged).toMatchObject({ event: 'error', reasons: [faultOf(outcome).code] });
  });

  it.each([
    ['61FF', reads('61FF')],
    ['6CC8', reads('6CC8')],
    ['more than Le', reads((le) => `${'C1'.repeat(le + 1)}9000`)],
  ] as const)('before anything is typed (%s): a coded fault, no VERIFY', async (_name, lie) => {
    const outcome = await putDown(await image('standard'), lie);
    expect(faultOf(outcome).code).toMatch(/^[A-Z_]+$/u);
    expect(outcome.onReader.verifies()).toEqual([]);
    await expectHarmless(outcome);
  });
});

describe('WEF01 that says neither (licence-applet §3.4): nothing is guessed, no VERIFY', () => {
  it.each(['C10102', 'C10180', 'C101FF', 'C10103', 'C20101', 'C10001', 'C1', '', 'C1010101', '000000'])('%s', async (bytes) => {
    const outcome = await check(withFile(await image('standard'), LICENCE_AID, 0x001a, () => unhex(bytes)));
    // Three bytes are asked for: what follows them in the file is not looked at.
    if (bytes === 'C1010101') {
      expect(resultOf(outcome).lamps.genuine.state).not.toBe('notGenuine');
      return;
    }
    expect(faultOf(outcome)).toMatchObject({ code: 'PIN_SETTING_UNKNOWN', tryUsed: 'no' });
    expect(outcome.onReader.verifies()).toEqual([]);
    await expectHarmless(outcome);
  });

  it('is not there', async () => {
    const outcome = await putDown(withFile(await image('standard'), LICENCE_AID, 0x001a, undefined));
    expect(faultOf(outcome).code).toMatch(/^(UNEXPECTED_STATUS|PIN_SETTING_UNKNOWN)$/u);
    expect(outcome.onReader.verifies()).toEqual([]);
  });

  it('****, is sent where it says that no PIN is set, once, and only there', async () => {
    const card = await image('pin-unset');
    const outcome = await check(card);
    expect(resultOf(outcome).licence).toHaveProperty('verdict');
    expect(outcome.onReader.verifies('0006').map(({ value }) => value)).toEqual(['****']);
  });

  it('**** refused: the record is tried once without it, then it stops', async () => {
    const card = await image('pin-unset');
    const outcome = await check(card, (command) => (command[1] === VERIFY && command.length > 4 && command[3] === 0x86 ? '63C9' : undefined));
    expect(faultOf(outcome).code).toBe('UNSET_PIN_REFUSED');
    expect(outcome.onReader.verifies('0006')).toHaveLength(1);
    await expectHarmless(outcome);
  });

  it('with one try left **** is not sent', async () => {
    const outcome = await check(withTries(await image('pin-unset'), LICENCE_AID, 0x0006, 1));
    expect(outcome.onReader.verifies('0006')).toEqual([]);
    await expectHarmless(outcome);
  });
});

const selects =
  (aid: string, response: string): Lie =>
  (command) =>
    command[1] === SELECT && command[2] === 0x04 && hex(command.slice(5)) === aid ? response : undefined;

describe('SELECT answered otherwise', () => {
  it.each([
    [LICENCE_AID, '6A82', 'NO_LICENCE_APPLICATION'],
    [LICENCE_AID, '6283', 'APPLICATION_LOCKED'],
  ])('%s → %s: personal details are read all the same, reason %s', async (aid, response, reason) => {
    const outcome = await check(await image('standard'), selects(aid, response));
    const result = resultOf(outcome);
    expect(result.licence).toEqual({ notRead: reason });
    expect(result.personalDetails).toHaveProperty('verdict.verdict', 'genuine');
    expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'personalDetails' });
    expect(result.reasons).toContain(reason);
    expect(outcome.onReader.verifies('0006')).toEqual([]);
    await expectHarmless(outcome);
  });

  it.each(['6A82', '6283'])('card-info → %s: the licence is read all the same', async (response) => {
    const outcome = await check(await image('standard'), selects(CARD_INFO_AID, response));
    const result = resultOf(outcome);
    expect(result.licence).toHaveProperty('verdict.verdict', 'genuine');
    expect(result.personalDetails).toHaveProperty('notRead');
    expect(outcome.onReader.verifies('0015')).toEqual([]);
    await expectHarmless(outcome);
  });

  it('both → 6A82: not one of ours', async () => {
    const outcome = await putDown(await image('standard'), (command) => (command[1] === SELECT ? '6A82' : undefined));
    expect(faultOf(outcome).code).toBe('NOT_MY_NUMBER_CARD');
  });

  it.each(['6D00', '6E00', '6985', '9001', '6A86', '61FF', '9000FF'])('both → %s: a coded fault or none of ours, no VERIFY', async (response) => {
    const outcome = await putDown(await image('standard'), (command) => (command[1] === SELECT && command[2] === 4 ? response : undefined));
    expect(faultOf(outcome).code).toMatch(/^(UNEXPECTED_STATUS|RESPONSE_LOOP|RESPONSE_MALFORMED|NOT_MY_NUMBER_CARD)$/u);
    expect(outcome.onReader.verifies()).toEqual([]);
  });

  it('the licence is gone between looking and reading: the rest is read', async () => {
    let selections = 0;
    const outcome = await check(await image('standard'), (command) => {
      if (selects(LICENCE_AID, '6A82')(command, []) === undefined) return undefined;
      selections++;
      return selections > 1 ? '6A82' : undefined;
    });
    expect(resultOf(outcome).licence).toEqual({ notRead: 'NO_LICENCE_APPLICATION' });
    expect(resultOf(outcome).personalDetails).toHaveProperty('verdict.verdict', 'genuine');
    expect(outcome.onReader.verifies('0006')).toEqual([]);
  });

  it('card-info is gone between looking and reading: the licence stands', async () => {
    let selections = 0;
    const outcome = await check(await image('standard'), (command) => {
      if (selects(CARD_INFO_AID, '6A82')(command, []) === undefined) return undefined;
      selections++;
      return selections > 1 ? '6A82' : undefined;
    });
    expect(resultOf(outcome).personalDetails).toEqual({ notRead: 'CARD_INFO_ABSENT' });
    expect(resultOf(outcome).licence).toHaveProperty('verdict.verdict', 'genuine');
    expect(outcome.onReader.verifies('0015')).toEqual([]);
  });
});

/** The answers to the counts of the licence PIN, in order; the last one stays. */
function counts(...responses: readonly string[]): Lie {
  return countsBy(0x86, responses);
}

/** The same for the keys of card-info: 照合番号B and the PIN when the card is looked at, 照合番号B again before it is sent. */
function cardInfoCounts(...responses: readonly string[]): Lie {
  return countsBy(0x80, responses);
}

function countsBy(p2: number, responses: readonly string[]): Lie {
  let nth = 0;
  return (command) => {
    if (command[1] !== VERIFY || command.length > 4 || command[3] !== p2) return undefined;
    const response = responses[Math.min(nth, responses.length - 1)];
    nth++;
    return response;
  };
}

describe('counters that lie', () => {
  it.each([
    ['63CF, then 6984', counts('63CF', '6984'), 'PIN_BLOCKED'],
    ['63CA, then 6983', counts('63CA', '6983'), 'PIN_BLOCKED'],
    ['63CA, then 63C0', counts('63CA', '63C0'), 'PIN_BLOCKED'],
    ['6984 from the first', counts('6984'), 'PIN_BLOCKED'],
  ] as const)('%s: no VERIFY, the rest is read', async (_name, lie, notRead) => {
    const outcome = await check(await image('standard'), lie);
    expect(resultOf(outcome).licence).toEqual({ notRead });
    expect(resultOf(outcome).personalDetails).toHaveProperty('verdict.verdict', 'genuine');
    expect(outcome.onReader.verifies('0006')).toEqual([]);
    await expectHarmless(outcome);
  });

  it.each([
    ['6300', counts('6300')],
    ['6700', counts('6700')],
    ['6300, only the second time', counts('63CA', '6300')],
    ['6D00', counts('6D00')],
  ] as const)('%s: the count is not known, so nothing is sent', async (_name, lie) => {
    const outcome = await check(await image('standard'), lie);
    expect(faultOf(outcome)).toMatchObject({ code: 'UNEXPECTED_STATUS', tryUsed: 'no' });
    expect(outcome.onReader.verifies('0006')).toEqual([]);
    await expectHarmless(outcome);
  });

  it.each([
    ['63CF, then 6984', cardInfoCounts('63CF', '63C3', '6984'), 'NUMBER_B_BLOCKED'],
    ['63CA, then 6983', cardInfoCounts('63CA', '63C3', '6983'), 'NUMBER_B_BLOCKED'],
    ['63CA, then 63C0', cardInfoCounts('63CA', '63C3', '63C0'), 'NUMBER_B_BLOCKED'],
    ['6300, only the second time', cardInfoCounts('63CA', '63C3', '6300'), 'READ_FAILED'],
  ] as const)('照合番号B, %s: no VERIFY, the licence stands', async (_name, lie, notRead) => {
    const outcome = await check(await image('standard'), lie);
    expect(resultOf(outcome).personalDetails).toEqual({ notRead });
    expect(resultOf(outcome).licence).toHaveProperty('verdict.verdict', 'genuine');
    expect(outcome.onReader.verifies('0015')).toEqual([]);
    await expectHarmless(outcome);
  });

  it('9000 to an empty VERIFY: taken for verified, nothing is sent, and found out by the first file', async () => {
    const outcome = await check(await image('standard'), counts('9000'));
    expect(outcome.state.name).toMatch(/^(cardFault|entry)$/u);
    expect(outcome.onReader.verifies('0006')).toEqual([]);
    await expectHarmless(outcome);
  });

  it('63C1: asks before anything is sent, and sends once it may', async () => {
    const outcome = await check(await image('standard'), counts('63C1'));
    expect(outcome.state).toMatchObject({ name: 'confirmLastTry', credential: 'licencePin' });
    expect(outcome.onReader.verifies()).toEqual([]);
    outcome.counter.session.declineLastTry();
    expect(await settled(outcome.counter)).toMatchObject({ name: 'entry', progress: { licence: 'open', licencePinHeld: false, personalHeld: true } });
    outcome.counter.session.submit({ licence: { pin: secret('1234') }, personalDetails: 'held' });
    await outcome.counter.until('confirmLastTry');
    outcome.counter.session.confirmLastTry();
    outcome.counter.session.confirmLastTry();
    const { result } = await outcome.counter.until('result');
    expect(result.lamps.genuine.state).toBe('genuine');
    expect(outcome.onReader.verifies('0006')).toHaveLength(1);
  });

  it.each([
    ['6300', 'UNEXPECTED_STATUS'],
    ['6700', 'UNEXPECTED_STATUS'],
    ['6982', 'UNEXPECTED_STATUS'],
    ['6A88', 'UNEXPECTED_STATUS'],
    ['6110', 'RESPONSE_MALFORMED'],
    ['90', 'RESPONSE_MALFORMED'],
  ])('VERIFY answered %s: what it cost is not known, and it is not sent again', async (response, code) => {
    const outcome = await check(await image('standard'), (command) => (command[1] === VERIFY && command.length > 4 ? response : undefined));
    expect(faultOf(outcome).tryUsed).toBe('unknown');
    expect(faultOf(outcome).code).toMatch(new RegExp(`^(${code}|READER_MALFORMED_MESSAGE)$`, 'u'));
    expect(outcome.onReader.verifies()).toHaveLength(1);
    await expectHarmless(outcome);
  });

  it.each(['63C0', '6983', '6984'])('VERIFY answered %s: blocked, and nothing more for it', async (response) => {
    const outcome = await check(await image('standard'), (command, seen) => {
      if (command[1] !== VERIFY || command[3] !== 0x86) return undefined;
      if (command.length > 4) return response;
      return seen.some(({ kind }) => kind === 'verify') ? response : undefined;
    });
    expect(outcome.state).toMatchObject({ name: 'entry', failure: { credential: 'licencePin', outcome: 'blocked', triesLeft: 0 } });
    outcome.counter.session.submit({ licence: { pin: secret('1234') }, personalDetails: 'held' });
    const { result } = await outcome.counter.until('result');
    expect(result.licence).toEqual({ notRead: 'PIN_BLOCKED' });
    expect(result.personalDetails).toHaveProperty('verdict.verdict', 'genuine');
    expect(outcome.onReader.verifies('0006')).toHaveLength(1);
  });

  it('a wrong PIN answered 63C9 while the counter does not move: still one VERIFY a submission', async () => {
    const outcome = await check(await image('standard'), (command) =>
      command[1] === VERIFY && command.length > 4 && command[3] === 0x86 ? '63C9' : undefined,
    );
    expect(outcome.state).toMatchObject({ name: 'entry', failure: { outcome: 'wrong', triesLeft: 9, consecutive: 1 } });
    outcome.counter.session.submit({ licence: { pin: secret('1234') }, personalDetails: 'held' });
    expect(await settled(outcome.counter)).toMatchObject({ name: 'entry', failure: { outcome: 'wrong', triesLeft: 9, consecutive: 2 } });
    expect(outcome.onReader.verifies('0006')).toHaveLength(2);
  });
});

const cutOff = (bytes: Bytes): Bytes => bytes.slice(0, 7);

describe('damaged files', () => {
  it.each([
    ['WEF02 cut off', LICENCE_AID, 0x001b, cutOff],
    ['WEF02 with a length beyond its end', LICENCE_AID, 0x001b, (bytes: Bytes) => Uint8Array.from([0xc2, 0x7f, ...bytes.slice(2, 40)])],
  ] as const)('%s: DATA_UNREADABLE, the personal details stand', async (_name, aid, file, change) => {
    const outcome = await check(withFile(await image('standard'), aid, file, change));
    const result = resultOf(outcome);
    expect(result.licence).toEqual({ notRead: 'DATA_UNREADABLE' });
    expect(result.personalDetails).toHaveProperty('verdict.verdict', 'genuine');
    expect(result.lamps.genuine).toEqual({ state: 'genuine', about: 'personalDetails' });
    expect(result.reasons).toEqual(expect.arrayContaining(['DATA_UNREADABLE', 'LICENCE_NOT_CHECKED']));
    await expectHarmless(outcome);
  });

  it.each([
    ['0002 cut off', cutOff],
    ['0002 with an inner length beyond the outer', (bytes: Bytes) => Uint8Array.from(bytes, (byte, index) => (index === 5 ? 0x7f : byte))],
    ['0002 with a length of four octets', (bytes: Bytes) => Uint8Array.from([0xff, 0x20, 0x84, 0xff, 0xff, 0xff, 0xff, ...bytes.slice(7)])],
    ['0002 with a length longer than it need be', (bytes: Bytes) => Uint8Array.from([0xff, 0x20, 0x82, 0x00, 0x5c, ...bytes.slice(3)])],
    ['0002 empty', () => new Uint8Array(0)],
  ] as const)('%s: DATA_UNREADABLE or a deviation, the licence stands', async (_name, change) => {
    const outcome = await check(withFile(await image('standard'), CARD_INFO_AID, 0x0002, change));
    const result = resultOf(outcome);
    expect(result.licence).toHaveProperty('verdict.verdict', 'genuine');
    if ('notRead' in result.personalDetails) expect(result.personalDetails.notRead).toBe('DATA_UNREADABLE');
    else expect(result.personalDetails.verdict.verdict).not.toBe('genuine');
    await expectHarmless(outcome);
  });

  it.each([
    ['0003 cut off', CARD_INFO_AID, 0x0003, cutOff],
    ['0003 of zeros', CARD_INFO_AID, 0x0003, (bytes: Bytes) => new Uint8Array(bytes.length)],
    ['0004 cut off', CARD_INFO_AID, 0x0004, cutOff],
    ['0004 of zeros', CARD_INFO_AID, 0x0004, (bytes: Bytes) => new Uint8Array(bytes.length)],
  ] as const)('%s: details shown, not checked', async (_name, aid, file, change) => {
    const outcome = await check(withFile(await image('standard'), aid, file, change));
    const result = resultOf(outcome);
    expect(result.licence).toHaveProperty('verdict.verdict', 'genuine');
    expect(result.personalDetails).toHaveProperty('details');
    expect(result.personalDetails).toMatchObject({ verdict: { verdict: 'notChecked', reasons: ['UNREADABLE'] } });
    expect(result.lamps.genuine).toEqual({ state: 'notChecked', about: 'personalDetails' });
    await expectHarmless(outcome);
  });

  it.each([
    ['WEF03 cut off', (bytes: Bytes) => bytes.slice(0, 3)],
    ['WEF03 of zeros', (bytes: Bytes) => new Uint8Array(bytes.length)],
    ['WEF03 empty', () => new Uint8Array(0)],
  ] as const)('%s: licence shown, not checked', async (_name, change) => {
    const outcome = await check(withFile(await image('standard'), LICENCE_AID, 0x001c, change));
    const result = resultOf(outcome);
    expect(result.licence).toHaveProperty('licence');
    expect(result.licence).toHaveProperty('verdict.verdict', 'notChecked');
    expect(result.personalDetails).toHaveProperty('verdict.verdict', 'genuine');
    expect(result.lamps.genuine).toEqual({ state: 'notChecked', about: 'licence' });
    await expectHarmless(outcome);
  });

  it.each([
    [CARD_INFO_AID, 0x0003],
    [CARD_INFO_AID, 0x0004],
    [LICENCE_AID, 0x001c],
  ])('%s without EF %i: never genuine for that part', async (aid, file) => {
    const outcome = await check(withFile(await image('standard'), aid, file, undefined));
    const result = resultOf(outcome);
    expect(result[aid === LICENCE_AID ? 'licence' : 'personalDetails']).toHaveProperty('verdict.verdict', 'notChecked');
    expect(result.lamps.genuine.state).toBe('notChecked');
  });

  it('no WEF02: a fault that says so', async () => {
    const outcome = await check(withFile(await image('standard'), LICENCE_AID, 0x001b, undefined));
    expect(faultOf(outcome).code).toBe('CARD_FILE_MISSING');
    await expectHarmless(outcome);
  });

  it('no EF 0002: the licence that was read before survives, and the log names the fault', async () => {
    const outcome = await check(withFile(await image('standard'), CARD_INFO_AID, 0x0002, undefined));
    const result = resultOf(outcome);
    expect(result.licence).toHaveProperty('verdict.verdict', 'genuine');
    expect(result.personalDetails).toEqual({ notRead: 'READ_FAILED' });
    expect(result.reasons).toEqual(expect.arrayContaining(['READ_FAILED', 'NAME_NOT_READ']));
    expect((await outcome.counter.log.list({ limit: 1 }))[0]?.reasons).toContain('CARD_FILE_MISSING');
    await expectHarmless(outcome);
  });

  it.each([
    ['empty', () => new Uint8Array(0)],
    ['cut off between two elements', (bytes: Bytes) => bytes.slice(0, 4)],
  ] as const)('WEF02 %s: its elements are well-formed, and it is what nobody signed', async (_name, change) => {
    const outcome = await check(withFile(await image('standard'), LICENCE_AID, 0x001b, change));
    const result = resultOf(outcome);
    expect(result.licence).toMatchObject({ verdict: { verdict: 'notGenuine', reasons: ['SIG_INVALID'] } });
    expect(result.lamps.genuine).toEqual({ state: 'notGenuine', about: 'licence' });
    expect(result.lamps.inDate.state).toBe('unknown');
    expect(result.lamps.licenceHeld.state).not.toBe('held');
    expect(result.personalDetails).toHaveProperty('verdict.verdict', 'genuine');
  });

  it('one octet of the signed record changed anywhere is never genuine', async () => {
    const card = await image('standard');
    for (const at of [10, 40, 400, 900]) {
      const outcome = await check(withFile(card, LICENCE_AID, 0x001b, (bytes) => Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 0x01 : byte))));
      if (outcome.state.name === 'result') expect(outcome.state.result.licence).not.toHaveProperty('verdict.verdict', 'genuine');
      else expect(faultOf(outcome).code).toMatch(/^[A-Z_]+$/u);
      await outcome.counter.close();
    }
  });

  it('a card without any key for 照合番号B: nothing is sent', async () => {
    const card = altered(await image('standard'), CARD_INFO_AID, (application) => ({ ...application, credentials: new Map() }));
    const outcome = await check(card);
    expect(outcome.onReader.verifies('0015')).toEqual([]);
    expect(outcome.state.name).toMatch(/^(cardFault|result)$/u);
  });

  it('one that could not be inspected loses its power: it may hold no state, and a reader must be able to see it leave', async () => {
    const isReadOfPinSetting = (command: Bytes): boolean => command[1] === READ_BINARY;
    const { state, counter } = await putDown(await image('standard'), (command) => (isReadOfPinSetting(command) ? '00'.repeat(40) + '9000' : undefined));
    expect(state).toMatchObject({ name: 'cardFault', fault: { code: 'RESPONSE_MALFORMED' } });
    expect(counter.reader.card?.snapshot().powered).toBe(false);
  });
});
