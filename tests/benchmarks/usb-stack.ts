/**
 * In a page of real Chromium: a complete read of the `standard` card from `open()` to the last byte, against a bare loop that makes the very
 * same calls to the very same virtual USBDevice, bytes for bytes, and looks at nothing. What is left is what the host itself costs.
 */
import { openReader } from '#reader';
import { practiceCards, virtualReader, type CardImage, type VirtualReader } from '#simulator';
import { readerDevicesOf } from '#usb';
import { CardRun } from '../../src/lib/session/card-run.ts';
import { inspectCard } from '../../src/lib/session/inspect.ts';
import { ProgressMeter } from '../../src/lib/session/progress.ts';
import { readCard } from '../../src/lib/session/reading.ts';
import { fullEntry } from '../../src/lib/session/test/counter.ts';
import { compare, type Comparison } from './compare.ts';

const RUNS = 200;

interface Call {
  readonly method: string;
  readonly args: readonly unknown[];
  /** False for a transferIn that nothing came for any more. */
  settled: boolean;
}

type Methods = Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>;

export interface UsbStackFigures {
  readonly comparison: Comparison;
  readonly transfers: number;
}

export async function measureUsbStack(): Promise<UsbStackFigures> {
  const card = await practiceCards.find(({ name }) => name === 'standard')?.load();
  if (card === undefined) throw new Error('The standard card is not there');
  const { calls, commands } = await oneRead(card);
  let [forUs, forLoop] = [virtualReader({ card }), virtualReader({ card })];
  const comparison = await compare(
    {
      ours: () => read(forUs, forUs.usb, card),
      baseline: async () => {
        await replay(forLoop, calls);
        if (forLoop.cardLog.length !== commands) throw new Error('The bare loop did not read the card');
      },
      settle: () => {
        forUs.unplug();
        forLoop.unplug();
        [forUs, forLoop] = [virtualReader({ card }), virtualReader({ card })];
        return new Promise((resolve) => setTimeout(resolve, 2));
      },
    },
    RUNS,
    () => performance.now(),
  );
  return { comparison, transfers: calls.filter(({ method }) => method.startsWith('transfer')).length };
}

async function read(virtual: VirtualReader, usb: VirtualReader['usb'], card: CardImage): Promise<void> {
  const [device] = await readerDevicesOf(usb).known();
  if (device === undefined) throw new Error('The virtual reader is not there');
  const reader = await openReader(await device.open());
  const run = await CardRun.open(reader.slots[0]);
  await inspectCard(run, 'licenceFirst');
  run.take(fullEntry(card));
  const { outcome } = await readCard(run, new ProgressMeter(run, { licence: true, personal: true }, () => undefined));
  if (outcome !== 'complete' || virtual.cardLog.length !== run.connection.figures.apdus) throw new Error('The standard card was not read whole');
}

/** Every call the host makes to the device, in its order, up to the last byte of the card. */
async function oneRead(card: CardImage): Promise<{ readonly calls: readonly Call[]; readonly commands: number }> {
  const calls: Call[] = [];
  const virtual = virtualReader({ card });
  const watched = new Proxy(virtual.usb, {
    get: (usb, name) => {
      if (name !== 'getDevices') return bound(usb, name);
      return async () => (await usb.getDevices()).map((device) => watching(device, calls));
    },
  });
  await read(virtual, watched, card);
  const settled = calls.filter((call) => call.settled);
  const commands = virtual.cardLog.length;
  virtual.unplug();
  return { calls: settled, commands };
}

function watching<T extends object>(device: T, calls: Call[]): T {
  return new Proxy(device, {
    get: (target, name) => {
      const value = bound(target, name);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...args: readonly unknown[]): unknown => {
        const call: Call = { method: name, args: args.map(copied), settled: false };
        calls.push(call);
        return Promise.resolve(Reflect.apply(value, target, args)).finally(() => (call.settled = true));
      };
    },
  });
}

/** The host wipes what it has sent. */
function copied(argument: unknown): unknown {
  return ArrayBuffer.isView(argument) ? new Uint8Array(argument.buffer, argument.byteOffset, argument.byteLength).slice() : argument;
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
}

/** One call after the other, as the host made them; notices of the slot are not waited for. */
async function replay(virtual: VirtualReader, calls: readonly Call[]): Promise<void> {
  const [found] = await virtual.usb.getDevices();
  if (found === undefined) throw new Error('The virtual reader is not there');
  const device = found as unknown as Methods;
  for (const { method, args } of calls) {
    const done = device[method]?.apply(device, [...args]);
    if (done === undefined) throw new Error(`no ${method}`);
    if (method !== 'transferIn' || args[0] !== INTERRUPT_ENDPOINT) await done;
    else done.catch(() => undefined);
  }
}

/** Endpoint number of the practice reader's interrupt IN. */
const INTERRUPT_ENDPOINT = 3;
