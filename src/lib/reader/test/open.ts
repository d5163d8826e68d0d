/** A reader opened over a double, for the tests of slots. */
import { unhex, type Outgoing } from '#bytes';
import { openReader } from '../open-reader.ts';
import type { Reader, Slot } from '../slot.ts';
import type { CcidTimeouts } from '../ccid/timeouts.ts';
import { configuration, functionalDescriptor } from './descriptors.ts';
import { PipeDouble, type Answers, type PipeDoubleOptions } from './pipe-double.ts';
import { hasty, wellBehaved } from './replies.ts';

/** dwFeatures: short or extended APDU level with everything automatic, so that only the test's subject is on the wire. */
export const automatic = { short: 0x2007e, extended: 0x4007e } as const;

export interface OpenOptions extends Partial<Omit<PipeDoubleOptions, 'configurationDescriptor'>> {
  readonly features?: number;
  readonly slots?: number;
  readonly voltages?: number;
  readonly protocols?: number;
  readonly messageLength?: number;
  readonly rates?: number;
  readonly timeouts?: Partial<CcidTimeouts>;
}

export interface Opened {
  readonly pipe: PipeDouble;
  readonly reader: Reader;
  readonly slot: Slot;
}

export function doubleOf(answers: Answers, options: OpenOptions = {}): PipeDouble {
  const { features = automatic.short, slots, voltages, protocols, messageLength, rates, ...rest } = options;
  const defined = Object.fromEntries(Object.entries({ slots, voltages, protocols, messageLength, rates }).filter(([, value]) => value !== undefined));
  const configurationDescriptor = configuration(functionalDescriptor({ features, ...defined }), { interrupt: options.interrupt ?? true });
  return new PipeDouble({ ...wellBehaved, ...answers }, { ...rest, configurationDescriptor });
}

export async function opened(answers: Answers = {}, options: OpenOptions = {}): Promise<Opened> {
  const pipe = doubleOf(answers, options);
  const reader = await openReader(pipe, { timeouts: { ...hasty, ...options.timeouts } });
  pipe.sent.length = 0; // what opening sent has its own test
  return { pipe, reader, slot: reader.slots[0] };
}

/** Opened, and the card powered on. */
export async function connected(answers: Answers = {}, options: OpenOptions = {}): Promise<Opened> {
  const all = await opened(answers, options);
  await all.slot.connect();
  all.pipe.sent.length = 0;
  return all;
}

export const openly = (apdu: string): Outgoing => ({ bytes: unhex(apdu), secret: false });
export const SELECT = openly('00A4040C 02 3F00');

/** Resolves after real milliseconds. */
export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
