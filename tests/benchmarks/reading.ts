/** In Node: what a whole check of the `standard` card costs on the link, and what our own code costs between its last byte and the verdicts. */
import { openReader } from '#reader';
import { virtualReader } from '#simulator';
import { readerDevicesOf } from '#usb';
import type { LinkFigures } from '#iso7816';
import { CardRun } from '../../src/lib/session/card-run.ts';
import { judgeRun } from '../../src/lib/session/judging.ts';
import type { CheckResult } from '../../src/lib/session/state.ts';
import { fullEntry, image, openTestCounter } from '../../src/lib/session/test/counter.ts';
import { trainingMaterialOf } from '../../src/lib/session/training-material.ts';
import { compare, type Comparison } from './compare.ts';

export interface ReadingFigures {
  readonly link: LinkFigures;
  readonly judging: { readonly elapsedMs: Comparison; readonly cpuMs: Comparison; readonly bareCalls: string };
}

const RUNS = 300;

export async function measureReading(): Promise<ReadingFigures> {
  const card = await image('standard');
  const result = await readWhole();
  const { run, close } = await runWithFilesOf(result);
  const judging = { anchors: trainingMaterialOf(card), mode: 'practice', at: result.at } as const;
  const ours = async (): Promise<void> => {
    const { lamps } = await judgeRun(run, judging);
    if (lamps.genuine.state !== 'genuine' || lamps.genuine.about !== 'both') throw new Error('The standard card was not judged genuine');
  };
  const calls = await webCryptoCallsOf(ours);
  const baseline = async (): Promise<void> => {
    for (const { again } of calls) await again();
  };
  const elapsedMs = await compare({ ours, baseline }, RUNS, () => performance.now());
  const cpuMs = await compare({ ours, baseline }, RUNS, cpuMilliseconds);
  await close();
  return { link: result.link, judging: { elapsedMs, cpuMs, bareCalls: countByName(calls) } };
}

/** One check of both data sets through the real reception, as at the counter in practice mode. */
async function readWhole(): Promise<CheckResult> {
  const card = await image('standard');
  const counter = await openTestCounter({ image: card });
  void counter.session.chooseReader('knownReaders');
  await counter.until('entry');
  counter.session.submit(fullEntry(card));
  const { result } = await counter.until('result');
  await counter.close();
  return result;
}

/** A run as it stands when the last byte has come. */
async function runWithFilesOf({ licence, personalDetails }: CheckResult): Promise<{ run: CardRun; close: () => Promise<void> }> {
  if (!('files' in licence) || !('files' in personalDetails)) throw new Error('The standard card was not read whole');
  const [device] = await readerDevicesOf(virtualReader({ card: await image('standard') }).usb).known();
  if (device === undefined) throw new Error('The virtual reader is not there');
  const reader = await openReader(await device.open());
  const run = await CardRun.open(reader.slots[0]);
  run.licenceFiles = licence.files;
  run.personalFiles = personalDetails.files;
  return { run, close: () => reader.close() };
}

interface WebCryptoCall {
  readonly name: 'importKey' | 'digest' | 'verify';
  again(): Promise<unknown>;
}

/** The baseline: exactly the calls our code makes to WebCrypto, with their arguments, and nothing around them. */
async function webCryptoCallsOf(work: () => Promise<void>): Promise<WebCryptoCall[]> {
  const calls: WebCryptoCall[] = [];
  const { subtle } = crypto;
  const watched = new Proxy(subtle, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]): unknown => {
        const again = (): Promise<unknown> => Promise.resolve(Reflect.apply(method, target, args));
        if (name === 'importKey' || name === 'digest' || name === 'verify') calls.push({ name, again });
        return again();
      };
    },
  });
  Object.defineProperty(crypto, 'subtle', { value: watched, configurable: true });
  try {
    await work();
  } finally {
    Reflect.deleteProperty(crypto, 'subtle'); // The platform's own is on the prototype.
  }
  return calls;
}

/** `"4 importKey, 4 verify"` */
function countByName(calls: readonly WebCryptoCall[]): string {
  const names = ['importKey', 'digest', 'verify'] as const;
  return names.map((name) => `${String(calls.filter((call) => call.name === name).length)} ${name}`).join(', ');
}

/** Of all threads of this process: WebCrypto works in others. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
