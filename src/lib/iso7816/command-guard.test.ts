/** Every shape a command may have, beside those it may not: the guard judges bytes, not intentions. */
import { describe, expect, it } from 'vitest';
import { unhex } from '#bytes';
import { checkAllowed } from './command-guard.ts';
import { CARD_INFO_AID, productList } from './test/card-double.ts';

const everything = { application: { aid: unhex(CARD_INFO_AID), readableFiles: [0x0002], keys: [{ efIdentifier: 0x0015, length: 14 }] }, currentFile: 0x0002 };
const keySelected = { ...everything, currentFile: 0x0015 };
const nothing = { application: undefined, currentFile: undefined };

describe('the guard, by the meaning of the bytes', () => {
  it.each([
    ['SELECT of a listed AID', `00A4040C0A${CARD_INFO_AID}`, nothing],
    ['SELECT of a readable EF', '00A4020C020002', everything],
    ['SELECT of a key EF', '00A4020C020015', everything],
    ['READ BINARY of the current EF', '00B0000000', everything],
    ['READ BINARY at 7FFF', '00B07FFF01', everything],
    ['READ BINARY by short identifier', '00B0820010', everything],
    ['READ BINARY extended', '00B00000000100', everything],
    ['READ BINARY by short identifier, extended', '00B08200000100', everything],
    ['empty VERIFY of the selected key', '00200080', keySelected],
    ['empty VERIFY by short identifier', '00200095', everything],
    ['VERIFY of the right length', `002000800E${'30'.repeat(14)}`, keySelected],
    ['GET RESPONSE', '00C0000010', everything],
  ])('passes %s', (_, command, selection) => {
    expect(() => {
      checkAllowed(unhex(command), productList, selection);
    }).not.toThrow();
  });

  it.each([
    ['SELECT of EF 0001', '00A4020C020001', everything],
    ['SELECT of EF 0001 with P1 = 00', '00A4000C020001', everything],
    ['SELECT by path', '00A4080C020001', everything],
    ['SELECT by path from the MF', '00A4090C020001', everything],
    ['SELECT of the MF', '00A40000', everything],
    ['SELECT of the MF by identifier', '00A4000C023F00', everything],
    ['SELECT with FCI', '00A40200020002', everything],
    ['SELECT with Le', '00A4020C02000200', everything],
    ['SELECT extended', '00A4020C0000020002', everything],
    ['SELECT of an EF in another class', '01A4020C020002', everything],
    ['SELECT in a chain', '10A4020C020002', everything],
    ['SELECT of an EF before any application', '00A4020C020002', nothing],
    ['SELECT of a partial AID', `00A4040C09${CARD_INFO_AID.slice(0, 18)}`, nothing],
    ['SELECT of an AID with more behind', `00A4040C0B${CARD_INFO_AID}00`, nothing],
    ['READ BINARY of EF 0001 by short identifier', '00B0810000', everything],
    ['READ BINARY of a key', '00B0000000', keySelected],
    ['READ BINARY of a key by short identifier', '00B0950000', everything],
    ['READ BINARY with bits 7-6 of P1 set', '00B0C20000', everything],
    ['READ BINARY with short identifier 0', '00B0800000', everything],
    ['READ BINARY with nothing selected', '00B0000000', nothing],
    ['READ BINARY, odd INS', '00B1000000', everything],
    ['READ RECORD', '00B2010400', everything],
    ['READ BINARY of EF 0001 by short identifier, extended', '00B08100000100', everything],
    ['READ BINARY of a key, extended', '00B00000000100', keySelected],
    ['empty VERIFY, extended', '00200080000000', keySelected],
    ['VERIFY extended', `0020008000000E${'30'.repeat(14)}`, keySelected],
    ['GET RESPONSE extended', '00C00000000100', everything],
    ['empty VERIFY with Le', '0020008000', keySelected],
    ['VERIFY of another length', `002000800C${'30'.repeat(12)}`, keySelected],
    ['VERIFY of 照合番号A by short identifier', `002000940C${'30'.repeat(12)}`, everything],
    ['empty VERIFY of a file that is no key', '00200080', everything],
    ['VERIFY of the global key 01', '0020000104' + '30'.repeat(4), everything],
    ['VERIFY with P1', `002001800E${'30'.repeat(14)}`, keySelected],
    ['VERIFY, odd INS', `002100800E${'30'.repeat(14)}`, keySelected],
    ['CHANGE REFERENCE DATA', `002401800E${'30'.repeat(14)}`, keySelected],
    ['RESET RETRY COUNTER', '002C0080', keySelected],
    ['UPDATE BINARY', '00D600000100', everything],
    ['GET DATA', '00CA010000', everything],
    ['GET RESPONSE with P1', '00C0010010', everything],
  ])('refuses %s', (_, command, selection) => {
    expect(() => {
      checkAllowed(unhex(command), productList, selection);
    }).toThrow(expect.objectContaining({ code: 'COMMAND_NOT_ALLOWED' }) as Error);
  });

  it('names no reference data in its fault', () => {
    try {
      checkAllowed(unhex('002000940C313233343536373839303132'), productList, everything);
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toMatch(/3132|1234/u);
    }
  });
});
