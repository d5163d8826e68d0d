/**
 * In Node: what a complete read of the `standard` card takes on the link clock, through every virtual reader, at the slowest and at a fast rate,
 * beside the shortest legal sequence of APDUs at the same rate. Nothing here is timed: the same code always gives the same numbers.
 */
import { openReader } from '#reader';
import { readerNames, virtualReader, withBitRates, type CardImage, type ReaderName } from '#simulator';
import { readerDevicesOf } from '#usb';
import { CardRun } from '../../src/lib/session/card-run.ts';
import { inspectCard } from '../../src/lib/session/inspect.ts';
import { ProgressMeter } from '../../src/lib/session/progress.ts';
import { readCard } from '../../src/lib/session/reading.ts';
import { fullEntry, image } from '../../src/lib/session/test/counter.ts';
import { airTime, contactTime, shortestSequence } from './shortest-read.ts';

export interface LinkTime {
  readonly reader: ReaderName;
  readonly form: 'short' | 'extended';
  /** [kbit/s] */
  readonly rate: 106 | 424;
  readonly apdus: number;
  /** From the first command to the last answer [ms]. */
  readonly modelledMs: number;
  /** The shortest legal sequence at the same rate [ms]; `undefined` for T=0, whose TPDUs are no APDUs. */
  readonly shortestMs: number | undefined;
  /** Power-on, negotiation, activation [ms]. */
  readonly beforeMs: number;
}

/** Readers whose host sends the blocks itself. */
const blockwise: readonly ReaderName[] = ['rcs300-t1', 'rcs300-t5', 'rcs380'];
/** Contacts: the rate is the card's own, F = 372, D = 1 at 4.8 MHz; guard time 255 makes a byte 11 etu. */
const contact: readonly ReaderName[] = ['ccid-tpdu-t1', 'ccid-tpdu-t0'];
const MS_PER_ETU = 372 / 4800;
const ETU_PER_BYTE = 11;

export async function measureLink(): Promise<LinkTime[]> {
  const times: LinkTime[] = [];
  for (const reader of Object.keys(readerNames) as ReaderName[]) {
    for (const form of ['short', 'extended'] as const) {
      for (const rate of contact.includes(reader) ? ([106] as const) : ([106, 424] as const)) times.push(await measure(reader, form, rate));
    }
  }
  return times;
}

/** The order and the code of the command line's `read`, without the polling of presence, whose count depends on the machine. */
async function measure(name: ReaderName, form: LinkTime['form'], rate: LinkTime['rate']): Promise<LinkTime> {
  const card = await cardFor(form, rate);
  const virtual = virtualReader({ profile: name, card });
  const [device] = await readerDevicesOf(virtual.usb, virtual.hid, virtual.smartCard).known();
  if (device === undefined) throw new Error(`${name} is not there`);
  const reader = await openReader(await device.open());
  const run = await CardRun.open(reader.slots[0]);
  const beforeMs = virtual.modelledMs;
  await inspectCard(run, 'licenceFirst');
  run.take(fullEntry(card));
  const { outcome } = await readCard(run, new ProgressMeter(run, { licence: true, personal: true }, () => undefined));
  const modelledMs = virtual.modelledMs - beforeMs;
  if (outcome !== 'complete' || run.licenceFiles?.signature === undefined || run.personalFiles?.certificate === undefined)
    throw new Error(`${name}: not whole`);
  const { apdus } = run.connection.figures;
  await reader.close();
  return { reader: name, form, rate, apdus, modelledMs, shortestMs: shortestFor(name, run.connection.extendedLe === 'answered', rate), beforeMs };
}

/** A reader that carries no extended APDU is held against the short sequence, whatever the card answers. */
function shortestFor(name: ReaderName, extended: boolean, rate: LinkTime['rate']): number | undefined {
  const sequence = shortestSequence(extended ? 'extended' : 'short');
  if (name === 'ccid-tpdu-t0') return undefined;
  if (name === 'ccid-tpdu-t1') return contactTime(sequence, MS_PER_ETU, ETU_PER_BYTE);
  return airTime(sequence, rate / 106, blockwise.includes(name) ? 'blocks' : 'reader');
}

async function cardFor(form: LinkTime['form'], rate: LinkTime['rate']): Promise<CardImage> {
  const card = withBitRates(await image('standard'), rate === 106 ? 0 : 2);
  return form === 'short' ? card : { ...card, behaviour: { ...card.behaviour, extendedLe: true } };
}
