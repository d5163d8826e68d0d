/** Each hostile block strikes, and a reader's own PCD comes to an end with it: that the cases are real, not how a host must behave. */
import { unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { hostileAirBlocks, hostileContactBlocks, readerProfiles, virtualReader } from './index.ts';
import { deviceOf, image, rehearse } from './test/host.ts';

const SELECT = '00A4040C10A0000002310600000000000000000000';

describe('over the air', () => {
  it.each(hostileAirBlocks)('$id $name', async ({ name, faults }) => {
    const reader = virtualReader({ profile: readerProfiles.rcS300T3, card: await image() });
    const device = await deviceOf(reader.usb);
    await device.open();
    await device.claimInterface(1);
    const say = async (payload: string, sequence: string): Promise<number> => {
      await device.transferOut(2, unhex(`6B${(payload.length / 2).toString(16).padStart(2, '0')}00000000${sequence}000000${payload}`));
      return (await device.transferIn(2, 1024)).data?.byteLength ?? 0;
    };
    await say(SELECT, '01');
    reader.faults.set(faults);
    expect(await say('002000860431323334', '02')).toBeGreaterThanOrEqual(12);
    await say('0020008600', '03');
    expect(faults.some(({ kind }) => reader.faults.hitsOf(kind) > 0)).toBe(true);
    // A card that says for ever it has not seen the block gets it again by the standard (rule 6 of the PCD): three times in all.
    const most = name.startsWith('R(ACK)') ? 3 : 1;
    expect(reader.card?.log.filter(({ ins, dataLength }) => ins === 0x20 && dataLength > 0).length).toBeLessThanOrEqual(most);
    reader.assertNoUnexpectedInput();
  });
});

describe('on contacts', () => {
  it.each(hostileContactBlocks)('$id $name', async ({ faults }) => {
    const { reader, say } = await rehearse('ccidTpduT1');
    await say('62000000000001000000');
    reader.faults.set(faults);
    const blocks = ['00C101FE3E', '000015' + SELECT + 'XX', '00820082', '00A000A0'];
    for (const [index, sent] of blocks.entries()) {
      const body = sent.includes('XX') ? withCheck(sent.replace('XX', '')) : sent;
      await say(`6F${(body.length / 2).toString(16).padStart(2, '0')}00000000${String(index + 2).padStart(2, '0')}000000${body}`);
    }
    expect(faults.some(({ kind }) => reader.faults.hitsOf(kind) > 0)).toBe(true);
  });
});

function withCheck(text: string): string {
  return text + (unhex(text).reduce((sum, byte) => sum ^ byte, 0) + 0x100).toString(16).slice(1).toUpperCase();
}
