/** The link clock against the formulas and the table of spec/ccid.md §16. */
import { describe, expect, it } from 'vitest';
import { readerProfiles, virtualReader } from './index.ts';
import { LinkClock, standardLinkModel, type RateIndex } from './link-clock.ts';
import { bytesOf, deviceOf, image } from './test/host.ts';
import { unhex } from '#bytes';

/** §16.3: `data` bytes in commands of Le, zero card time, t_usb 0.5 ms, FSD 256. */
function readingTime(data: number, le: number, rate: RateIndex): number {
  const clock = new LinkClock(standardLinkModel);
  for (let left = data; left > 0; left -= le) {
    clock.usbRoundTrip();
    clock.radioFrame(1 + 5, rate);
    clock.radioAnswer(1 + Math.min(le, left) + 2, rate);
  }
  return clock.modelledMs;
}

describe('table of §16.3', () => {
  it.each([
    { data: 1500, le: 128, times: [171, 90, 50, 30] },
    { data: 1500, le: 251, times: [156, 81, 43, 24] },
    { data: 2000, le: 251, times: [208, 107, 57, 32] },
    { data: 8000, le: 251, times: [833, 430, 228, 127] },
    { data: 12000, le: 251, times: [1250, 644, 341, 190] },
  ])('$data bytes, Le $le', ({ data, le, times }) => {
    const modelled = ([0, 1, 2, 3] as const).map((rate) => readingTime(data, le, rate));
    modelled.forEach((time, rate) => expect(Math.abs(time - (times[rate] ?? 0))).toBeLessThan(1));
  });

  it('an answer of two frames costs an acknowledgement (Le 256: 163 ms at 106 kbit/s)', () => {
    const clock = new LinkClock(standardLinkModel);
    for (let left = 1500; left > 0; left -= 256) {
      const part = Math.min(256, left) + 2;
      clock.usbRoundTrip();
      clock.radioFrame(6, 0);
      clock.radioAnswer(1 + Math.min(253, part), 0);
      if (part > 253) {
        clock.radioFrame(1, 0);
        clock.radioAnswer(1 + part - 253, 0);
      }
    }
    expect(Math.abs(clock.modelledMs - 163)).toBeLessThan(1);
  });
});

it('the same exchange takes the same time, to the last bit', async () => {
  const times = new Set<number>();
  for (let run = 0; run < 3; run++) {
    const reader = virtualReader({ profile: { ...readerProfiles.practice, highestRate: 0 }, card: await image() });
    const device = await deviceOf(reader.usb);
    await device.open();
    await device.claimInterface(0);
    for (const message of ['62000000000001000000', '6F15000000000200000000A4040C10A0000002310600000000000000000000']) {
      await device.transferOut(1, unhex(message));
      bytesOf((await device.transferIn(2, 1024)).data);
    }
    times.add(reader.modelledMs);
  }
  expect(times.size).toBe(1);
  // Two round trips; one command of 21 bytes and two of status word at 106 kbit/s (§16.2).
  const etu = 128 / 13_560;
  expect([...times][0]).toBeCloseTo(1 + (22 + 10 * 24) * etu + 2304 / 13_560 + 72 * etu + 1792 / 13_560, 9);
});

it('a faster reader and a card that thinks', async () => {
  const time = async (highestRate: 0 | 2, cardLatencyMs: number): Promise<number> => {
    const profile = { ...readerProfiles.practice, highestRate };
    const reader = virtualReader({ profile, card: await image(), linkModel: { usbRoundTripUs: 500, cardLatencyMs: () => cardLatencyMs } });
    const device = await deviceOf(reader.usb);
    await device.open();
    await device.claimInterface(0);
    for (const message of ['62000000000001000000', '6F15000000000200000000A4040C10A0000002310600000000000000000000']) {
      await device.transferOut(1, unhex(message));
      await device.transferIn(2, 1024);
    }
    return reader.modelledMs;
  };
  expect(await time(2, 0)).toBeLessThan(await time(0, 0));
  expect((await time(0, 7)) - (await time(0, 0))).toBeCloseTo(7, 9);
});
