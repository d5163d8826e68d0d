import { describe, expect, it } from 'vitest';
import { hex, Secret, unhex } from '#bytes';
import { codeOf, scriptedCard, type Exchange } from '../test/scripted-slot.ts';
import { ascii, record, signatureFile } from '../test/licence-file.ts';
import { parsePinSetting, type UnsetPin } from './parse.ts';
import { licenceTries, readLicenceRecord, readLicenceSignature, readPinSetting, selectDriverLicence, verifyLicencePin, verifyUnsetPin } from './read.ts';

const select: Exchange = ['00A4040C10 A0000002310600000000000000000000', '9000'];
const chunk = (length: number, fill: number) => fill.toString(16).padStart(2, '0').repeat(length);
const pin = () => new Secret(ascii('0000'));

const unset = (): UnsetPin => {
  const setting = parsePinSetting(unhex('C10100'));
  if (setting.pinIsSet) throw new Error('not the setting of the test');
  return setting;
};

describe('the steps of a complete read, byte for byte (licence-applet §1.1, by short identifiers)', () => {
  const wef02 = hex(record({ C5: ascii('5311201'), '0107': new Uint8Array(300) }));
  const wef03 = hex(signatureFile({ '0108': new Uint8Array(256) }));
  const part = (file: string, from: number, to?: number) => file.slice(from * 2, to === undefined ? undefined : to * 2);

  it('selects, asks, verifies once, reads to the last element', async () => {
    const card = await scriptedCard([
      select,
      ['00B09A0003', 'C101019000'],
      ['00200086', '63CA'],
      ['0020008604 30303030', '9000'],
      ['00B09B0000', `${part(wef02, 0, 256)}9000`],
      ['00B0010000', `${part(wef02, 256)}9000`],
      ['00B09C0000', `${part(wef03, 0, 256)}9000`],
      ['00B0010000', `${part(wef03, 256)}9000`],
    ]);
    const progress: number[] = [];
    const partial: number[] = [];
    expect(await selectDriverLicence(card.connection)).toEqual({ outcome: 'selected' });
    expect(await readPinSetting(card.connection)).toEqual({ pinIsSet: true, raw: unhex('C10101') });
    expect(await licenceTries(card.connection)).toEqual({ outcome: 'tries', triesLeft: 10 });
    expect(await verifyLicencePin(card.connection, pin())).toEqual({ outcome: 'verified' });
    const options = { onProgress: (length: number) => progress.push(length), onPartial: (received: Uint8Array) => partial.push(received.length) };
    expect(hex(await readLicenceRecord(card.connection, options))).toBe(wef02);
    expect(progress).toEqual([256, wef02.length / 2]);
    expect(partial).toContain(256);
    expect(hex((await readLicenceSignature(card.connection)) ?? new Uint8Array(0))).toBe(wef03);
    card.assertFinished();
  });

  it.each([
    ['the last element has not come', part(wef02, 256, 400), [['00B0019000', `${part(wef02, 400)}9000`]]],
    ['a tail follows the last element in a full answer', `${part(wef02, 256)}${'FF'.repeat(256 - (wef02.length / 2 - 256))}`, [['00B0020000', '6B00']]],
  ] as const)('a short answer alone is not the end: %s', async (_, second, rest) => {
    const card = await scriptedCard([select, ['00B09B0000', `${part(wef02, 0, 256)}9000`], ['00B0010000', `${second}9000`], ...rest]);
    await selectDriverLicence(card.connection);
    expect(hex(await readLicenceRecord(card.connection)).startsWith(wef02)).toBe(true);
    card.assertFinished();
  });

  it('continues behind the bytes it is given, by SELECT', async () => {
    const card = await scriptedCard([select, ['00A4020C02001B', '9000'], ['00B000C800', `${chunk(1, 2)}6282`]]);
    await selectDriverLicence(card.connection);
    const continued = await readLicenceRecord(card.connection, { resumeAfter: unhex(chunk(200, 1)) });
    expect(hex(continued)).toBe(`${chunk(200, 1)}02`);
    card.assertFinished();
  });

  it('asks nothing again that the card has just told', async () => {
    const card = await scriptedCard([select, ['00200086', '63CA'], ['00B09A0003', 'C101019000'], ['00200086', '63CA']]);
    await selectDriverLicence(card.connection);
    await selectDriverLicence(card.connection);
    expect(await licenceTries(card.connection)).toEqual({ outcome: 'tries', triesLeft: 10 });
    expect(await licenceTries(card.connection)).toEqual({ outcome: 'tries', triesLeft: 10 });
    await readPinSetting(card.connection);
    // Something was sent since: the count is asked for anew.
    expect(await licenceTries(card.connection)).toEqual({ outcome: 'tries', triesLeft: 10 });
    card.assertFinished();
  });
});

describe('selectDriverLicence', () => {
  it.each([
    ['9000', 'selected'],
    ['6A82', 'absent'],
    ['6283', 'locked'],
  ])('%s → %s (licence-applet §7)', async (statusWord, outcome) => {
    const card = await scriptedCard([[select[0], statusWord]]);
    expect(await selectDriverLicence(card.connection)).toEqual({ outcome });
  });
});

describe('readPinSetting', () => {
  it.each(['C101029000', 'C1019000', '9000', '6982', 'C201019000'])('%s: PIN_SETTING_UNKNOWN', async (response) => {
    const card = await scriptedCard([select, ['00B09A0003', response]]);
    await selectDriverLicence(card.connection);
    expect(await codeOf(readPinSetting(card.connection))).toBe('PIN_SETTING_UNKNOWN');
    card.assertFinished();
  });
});

describe('the licence PIN', () => {
  it.each([
    ['63C3', { outcome: 'tries', triesLeft: 3 }],
    ['63C0', { outcome: 'blocked' }],
    ['6983', { outcome: 'blocked' }],
    ['6984', { outcome: 'blocked' }],
    ['9000', { outcome: 'alreadyVerified' }],
  ])('tries: %s → %j', async (statusWord, outcome) => {
    const card = await scriptedCard([select, ['00200086', statusWord]]);
    await selectDriverLicence(card.connection);
    expect(await licenceTries(card.connection)).toEqual(outcome);
  });

  it('is addressed by selection of 0006 when the card does not know P2 = 86 (licence-applet §3.2)', async () => {
    const card = await scriptedCard([select, ['00200086', '6A82'], ['00A4020C020006', '9000'], ['00200080', '63CA'], ['0020008004 30303030', '9000']]);
    await selectDriverLicence(card.connection);
    expect(await licenceTries(card.connection)).toEqual({ outcome: 'tries', triesLeft: 10 });
    expect(await verifyLicencePin(card.connection, pin())).toEqual({ outcome: 'verified' });
    card.assertFinished();
  });

  it.each([
    ['63C9', { outcome: 'wrong', triesLeft: 9 }],
    ['63C0', { outcome: 'blocked' }],
    ['6984', { outcome: 'blocked' }],
  ])('VERIFY answered %s is sent once → %j', async (statusWord, outcome) => {
    const card = await scriptedCard([select, ['00200086', '63CA'], ['002000860430303030', statusWord]]);
    await selectDriverLicence(card.connection);
    await licenceTries(card.connection);
    expect(await verifyLicencePin(card.connection, pin())).toEqual(outcome);
    expect(await codeOf(verifyLicencePin(card.connection, pin()))).toBe('VERIFY_NOT_PREPARED');
    card.assertFinished();
  });

  it.each(['000', '00000', '', '12a4', '****', '１'])('"%s" is no PIN: nothing is sent', async (text) => {
    const card = await scriptedCard([select, ['00200086', '63CA']]);
    await selectDriverLicence(card.connection);
    await licenceTries(card.connection);
    expect(await codeOf(verifyLicencePin(card.connection, new Secret(ascii(text))))).toBe('CREDENTIAL_FORM_INVALID');
    card.assertFinished();
  });
});

describe('verifyUnsetPin (licence-applet §3.4)', () => {
  it.each([
    ['63CA', '9000', 'verified'],
    ['63CA', '63C9', 'refused'],
    ['63C2', '6984', 'refused'],
  ])('tries %s, DPIN answered %s → %s', async (tries, answer, outcome) => {
    const card = await scriptedCard([select, ['00200086', tries], ['0020008604 2A2A2A2A', answer]]);
    await selectDriverLicence(card.connection);
    expect(await verifyUnsetPin(card.connection, unset())).toEqual({ outcome });
    card.assertFinished();
  });

  it.each([
    ['9000', 'verified'],
    ['63C1', 'refused'],
    ['63C0', 'refused'],
    ['6300', 'refused'],
  ])('tries %s: sends no VERIFY → %s', async (tries, outcome) => {
    const card = await scriptedCard([select, ['00200086', tries]]);
    await selectDriverLicence(card.connection);
    expect(await verifyUnsetPin(card.connection, unset())).toEqual({ outcome });
    card.assertFinished();
  });

  it('sends nothing for a setting that says a PIN is set, whatever its type claims', async () => {
    const card = await scriptedCard([select]);
    await selectDriverLicence(card.connection);
    expect(await verifyUnsetPin(card.connection, { pinIsSet: false, raw: unhex('C10101') })).toEqual({ outcome: 'refused' });
    card.assertFinished();
  });
});

describe('files that do not come', () => {
  it.each([
    [[['00A4020C02001B', '6A82']], 'CARD_FILE_MISSING'],
    [[['00A4020C02001B', '6283']], 'APPLICATION_LOCKED'],
    [
      [
        ['00A4020C02001B', '9000'],
        ['00B0000000', '6982'],
      ],
      'VERIFIED_STATE_LOST',
    ],
    [
      [
        ['00A4020C02001B', '9000'],
        ['00B0000000', '6D00'],
      ],
      'UNEXPECTED_STATUS',
    ],
  ] as const)('record: no data by short identifier, then %j → %s', async (rest, code) => {
    const card = await scriptedCard([select, ['00B09B0000', '6982'], ...rest]);
    await selectDriverLicence(card.connection);
    expect(await codeOf(readLicenceRecord(card.connection))).toBe(code);
    card.assertFinished();
  });

  it('signature: absent file is no fault, lost state is', async () => {
    const card = await scriptedCard([
      select,
      ['00B09C0000', '6A82'],
      ['00A4020C02001C', '6A82'],
      ['00B09C0000', '6982'],
      ['00A4020C02001C', '9000'],
      ['00B0000000', '6982'],
    ]);
    await selectDriverLicence(card.connection);
    expect(await readLicenceSignature(card.connection)).toBeUndefined();
    expect(await codeOf(readLicenceSignature(card.connection))).toBe('VERIFIED_STATE_LOST');
    card.assertFinished();
  });

  it('a record without end stops at 8192 bytes, a signature at 1024', async () => {
    const endless = (limit: number, shortIdentifier: string): Exchange[] =>
      Array.from({ length: Math.floor(limit / 256) + 1 }, (_, index) => {
        const p1p2 = index === 0 ? `${shortIdentifier}00` : (index * 256).toString(16).padStart(4, '0').toUpperCase();
        return [`00B0${p1p2}00`, `${chunk(256, 0)}9000`];
      });
    const card = await scriptedCard([select, ...endless(8192, '9B'), ...endless(1024, '9C')]);
    await selectDriverLicence(card.connection);
    expect(await codeOf(readLicenceRecord(card.connection))).toBe('CARD_FILE_TOO_LONG');
    expect(await codeOf(readLicenceSignature(card.connection))).toBe('CARD_FILE_TOO_LONG');
    card.assertFinished();
  });
});
