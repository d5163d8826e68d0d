/**
 * The same promise below the APDU: whatever is lost, late, repeated or damaged between reader and card, and whichever reader it is,
 * a VERIFY arrives at most once for each time a person asked for it. iso-dep.md §5–§8; ccid.md §9, §14 (B28, B29).
 *
 * A few schedules of each reader here; `npm run fuzz:link` runs as many as are wanted. What notices a broken promise there must notice
 * one here that was broken on purpose: a host that sends a VERIFY twice, loses a fault, or changes what was read.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Outgoing } from '#bytes';
import type * as Hall from '#reader';
import type { Slot } from '#reader';
import type * as AfterFault from './after-fault.ts';
import { LinkChecks } from './test/link-check.ts';
import { linkPlan, linkReaders, type LinkPlan } from './test/link-plans.ts';

type TransmitOf = (slot: Slot) => Slot['transmit'];

const sabotage = vi.hoisted(() => ({ transmit: undefined as TransmitOf | undefined, losesFaults: false }));

vi.mock('#reader', async (load) => {
  const hall = await load<typeof Hall>();
  return {
    ...hall,
    openReader: async (...args: Parameters<typeof hall.openReader>) => {
      const reader = await hall.openReader(...args);
      const transmit = sabotage.transmit;
      return transmit === undefined ? reader : withSlots(reader, transmit);
    },
  };
});

vi.mock('./after-fault.ts', async (load) => {
  const sound = await load<typeof AfterFault>();
  return { ...sound, consequenceOf: (...args: Parameters<typeof sound.consequenceOf>) => (sabotage.losesFaults ? 'none' : sound.consequenceOf(...args)) };
});

/** The reader with other hands on its slots. */
function withSlots<Reader extends { readonly slots: readonly Slot[] }>(reader: Reader, transmitOf: TransmitOf): Reader {
  const slots = reader.slots.map(
    (slot) =>
      new Proxy(slot, {
        get: (target, name) => {
          if (name === 'transmit') return transmitOf(target);
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
  );
  return new Proxy(reader, { get: (target, name) => (name === 'slots' ? slots : bound(target, name)) });
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === 'function' ? value.bind(target) : value;
}

const READ_BINARY = 0xb0;

function copyOf({ bytes, secret }: Outgoing): Outgoing {
  return { bytes: bytes.slice(), secret };
}

let checks: LinkChecks;

beforeAll(async () => {
  checks = await LinkChecks.open();
});

afterAll(() => checks.close());

afterEach(() => {
  sabotage.transmit = undefined;
  sabotage.losesFaults = false;
});

describe.each(linkReaders)('%s', (reader) => {
  it('sends no VERIFY that nobody asked for, and comes to the right result or to a coded fault', async () => {
    for (let seed = 0; seed < 25; seed++) expect({ seed, broken: (await checks.run(reader, linkPlan(seed, reader))).broken }).toEqual({ seed, broken: [] });
  });

  it('takes the same course for the same seed, alone and after others', async () => {
    const plan = linkPlan(77, reader);
    const { course } = await checks.run(reader, plan);
    for (let seed = 0; seed < 3; seed++) await checks.run(reader, linkPlan(seed, reader));
    expect((await checks.run(reader, linkPlan(77, reader))).course).toBe(course);
    expect(linkPlan(77, reader)).toEqual(plan);
  });

  it('comes to the whole right result where nothing is in the way', async () => {
    const plan: LinkPlan = { ...linkPlan(1, reader), card: 'standard', turns: [{ licence: 'right', personal: 'numberB', confirms: true }], faults: [] };
    expect(await checks.run(reader, plan)).toMatchObject({ broken: [], struck: [], ends: ['result'], burned: 0 });
  });
});

describe('a broken host is noticed', () => {
  /** What was broken within so many schedules. */
  async function brokenIn(schedules: number): Promise<readonly string[]> {
    const broken: string[] = [];
    for (let seed = 0; seed < schedules && broken.length === 0; seed++) {
      const reader = linkReaders[seed % linkReaders.length]!;
      broken.push(...(await checks.run(reader, linkPlan(seed, reader))).broken);
    }
    return broken;
  }

  it('that sends a VERIFY once more when it went wrong', async () => {
    sabotage.transmit = (slot) => async (command) => {
      const again = copyOf(command);
      try {
        return await slot.transmit(command);
      } catch (thrown) {
        if (!command.secret || (await slot.presence()) === 'absent') throw thrown;
        return slot.transmit(again);
      }
    };
    expect((await brokenIn(600)).join()).toMatch(/tries burned|without its count asked right before|asked for/u);
  });

  it('that sends every VERIFY twice', async () => {
    sabotage.transmit = (slot) => async (command) => {
      if (command.secret) await slot.transmit(copyOf(command));
      return slot.transmit(command);
    };
    expect((await brokenIn(20)).join()).toMatch(/without its count asked right before/u);
  });

  it('that loses a fault', async () => {
    sabotage.losesFaults = true;
    expect((await brokenIn(300)).join()).toMatch(/hangs in reading/u);
  });

  it('that changes what was read, once a fault was on the way', async () => {
    let hasFailed = false;
    sabotage.transmit = (slot) => async (command) => {
      try {
        const response = await slot.transmit(command);
        if (hasFailed && command.bytes[1] === READ_BINARY && response.length > 40) response[20] = (response[20] ?? 0) ^ 0x01;
        return response;
      } catch (thrown) {
        hasFailed = true;
        throw thrown;
      }
    };
    expect((await brokenIn(300)).join()).toMatch(/not what the same card gives without faults|DATA_UNREADABLE without a reason/u);
  });
});
