import { describe, expect, it } from 'vitest';
import { hex, Secret, unhex, type Bytes } from '#bytes';
import { codeOf, scriptedCard, type Exchange } from '../test/scripted-slot.ts';
import { ascii } from '../test/licence-file.ts';
import { personalTries, readCardInfoRecord, readIssuerCertificate, readPersonalDetails, selectCardInfo, verifyCardInfoPin, verifyNumberB } from './read.ts';
import { claimedLength } from './tlv.ts';

const select: Exchange = ['00A4040C0A D3921000310001010408', '9000'];
const zeros = (length: number) => '00'.repeat(length);

describe('the steps of a complete read with 照合番号B, byte for byte (card-info-applet §1.1)', () => {
  it('sends steps 1–7 by short identifiers and nothing past the claimed lengths', async () => {
    const card = await scriptedCard([
      select,
      ['00A4020C020015', '9000'],
      ['00200080', '63CA'],
      ['002000800E 3535303231373230333532323835', '9000'],
      ['00B0820000', `FF2065${zeros(101)}9000`],
      ['00B0830000', `FF3082014B${zeros(251)}9000`],
      ['00B0010050', `${zeros(80)}9000`],
      ['00B0840000', `7F21820233${zeros(251)}9000`],
      ['00B0010000', `${zeros(256)}9000`],
      ['00B0020038', `${zeros(56)}9000`],
    ]);
    expect(await selectCardInfo(card.connection)).toEqual({ outcome: 'selected' });
    expect(await personalTries(card.connection, 'numberB')).toEqual({ outcome: 'tries', triesLeft: 10 });
    expect(await verifyNumberB(card.connection, new Secret(ascii('55021720352285')))).toEqual({ outcome: 'verified' });
    expect((await readPersonalDetails(card.connection)).length).toBe(104);
    expect((await readCardInfoRecord(card.connection))?.length).toBe(336);
    expect((await readIssuerCertificate(card.connection))?.length).toBe(568);
    card.assertFinished();
  });

  it('verifies the PIN on its own key', async () => {
    const card = await scriptedCard([select, ['00A4020C020011', '9000'], ['00200080', '63C3'], ['0020008004 30303030', '63C2']]);
    await selectCardInfo(card.connection);
    expect(await personalTries(card.connection, 'pin')).toEqual({ outcome: 'tries', triesLeft: 3 });
    expect(await verifyCardInfoPin(card.connection, new Secret(ascii('0000')))).toEqual({ outcome: 'wrong', triesLeft: 2 });
    expect(await codeOf(verifyCardInfoPin(card.connection, new Secret(ascii('0000'))))).toBe('VERIFY_NOT_PREPARED');
    card.assertFinished();
  });

  it('does not verify one key after the tries of the other', async () => {
    const card = await scriptedCard([select, ['00A4020C020011', '9000'], ['00200080', '63C3']]);
    await selectCardInfo(card.connection);
    await personalTries(card.connection, 'pin');
    expect(await codeOf(verifyNumberB(card.connection, new Secret(ascii('55021720352285'))))).toBe('VERIFY_NOT_PREPARED');
    card.assertFinished();
  });

  it.each(['5502172035228', '550217203522855', '5502172035228A', ''])('"%s" is no 照合番号B: nothing is sent', async (text) => {
    const card = await scriptedCard([select, ['00A4020C020015', '9000'], ['00200080', '63CA']]);
    await selectCardInfo(card.connection);
    await personalTries(card.connection, 'numberB');
    expect(await codeOf(verifyNumberB(card.connection, new Secret(ascii(text))))).toBe('CREDENTIAL_FORM_INVALID');
    card.assertFinished();
  });
});

describe('files that do not come', () => {
  it.each([
    ['6A82', [], 'CARD_FILE_MISSING'],
    ['9000', [['00B0000000', '6982']], 'VERIFIED_STATE_LOST'],
    ['9000', [['00B0000000', `FF20821000${zeros(251)}9000`]], 'CARD_FILE_TOO_LONG'],
  ] as const)('details: nothing by short identifier, SELECT %s, then %j → %s', async (statusWord, reads, code) => {
    const card = await scriptedCard([select, ['00B0820000', '6982'], ['00A4020C020002', statusWord], ...reads]);
    await selectCardInfo(card.connection);
    expect(await codeOf(readPersonalDetails(card.connection))).toBe(code);
    card.assertFinished();
  });

  it.each([
    ['record', '83', '0003', readCardInfoRecord],
    ['certificate', '84', '0004', readIssuerCertificate],
  ] as const)('the %s is left out when it is absent or refused (card-info-applet §10)', async (_name, p1, file, read) => {
    const card = await scriptedCard([
      select,
      [`00B0${p1}0000`, '6A82'],
      [`00A4020C02${file}`, '6A82'],
      [`00B0${p1}0000`, '6982'],
      [`00A4020C02${file}`, '9000'],
      ['00B0000000', '6982'],
    ]);
    await selectCardInfo(card.connection);
    expect(await read(card.connection)).toBeUndefined();
    expect(await read(card.connection)).toBeUndefined();
    card.assertFinished();
  });

  it.each([
    ['6A82', 'absent'],
    ['6283', 'locked'],
  ])('SELECT answered %s → %s', async (statusWord, outcome) => {
    const card = await scriptedCard([[select[0], statusWord]]);
    expect(await selectCardInfo(card.connection)).toEqual({ outcome });
  });
});

describe('claimedLength', () => {
  it.each([
    ['FF2065', 104],
    ['FF207F', 130],
    ['FF208180', 132],
    ['FF2082015C', 353],
    ['7F21820233', 568],
    ['', undefined],
    ['FF20', undefined],
    ['FF2081', undefined],
    ['FF208201', undefined],
    ['FF2080', undefined],
    ['FF2083000001', undefined],
  ])('%s → %s', (header, length) => {
    const bytes: Bytes = unhex(header);
    expect(claimedLength(bytes)).toBe(length);
    expect(hex(bytes)).toBe(header);
  });
});
