/**
 * The vendor interface of an RC-S300 for tests, written by hand from CCID Rev 1.1 §6.2.4 and the published escapes: type, dwLength,
 * bSlot, bSeq, bStatus, bError, byte 9, payload. What a payload is answered with is the test's.
 */
import { hex, unhex, type Bytes } from '#bytes';
import type { EscapeChannel } from '../sony-rcs300/escape-channel.ts';
import { configuration } from './descriptors.ts';
import { PipeDouble, type Answer } from './pipe-double.ts';
import { hasty, reply } from './replies.ts';

export const DONE = 'C0030090009000';
export const NO_CARD = 'C0030264019000';
export const REFUSED = 'C003016A819000';
export const OUTSIDE = 'C0030163019000';
export const OTHER_CLIENT = 'C00301698A9000';
/** Eighteen bytes; the first two are this reader's own, for what is remembered of one kind must not meet the next test. */
const firmwareOf = (number: number): string => `${hex16(number)}010200000000000000000000FFFF0000`;
let readersMade = 0;

/** What an exchange comes back with: result, valid bits, RF status, card data. */
export const cardSays = (data: string): string => `C0030090009201009602000097${hex(Uint8Array.of(data.length / 2))}${data}9000`;

/** Payload of an exchange, by hand: flags, timer in µs, data. */
export function exchangeOf(flags: '001C' | '000C', timer: string, data: string): string {
  const objects = `9002${flags}5F4604${timer}9582${hex16(data.length / 2)}${data}`;
  return `FF50000100${hex16(objects.length / 2)}${objects}000000`;
}

/** `undefined`: nothing comes back. An array: messages as they are. */
export type EscapeAnswer = string | Answer | undefined;
export type EscapeScript = (payload: string, count: number, command: Bytes) => EscapeAnswer;

const usual: Readonly<Record<string, string>> = {
  FF56000000: '9000',
  FF50000002810000: DONE,
  FF50000002820000: DONE,
  FF50000002830000: DONE,
  FF50000002840000: DONE,
};

export interface EscapeReader {
  readonly pipe: PipeDouble;
  /** Payloads of the escapes that were sent; other messages whole. Secrets are not shown. */
  readonly sent: string[];
  readonly firmware: string;
}

/** A reader that does what every RC-S300 does, unless `script` says something else for a payload. */
export function escapeReader(script: EscapeScript = () => undefined, others: Partial<Record<number, (command: Bytes) => Answer>> = {}): EscapeReader {
  const sent: string[] = [];
  const firmware = firmwareOf(++readersMade);
  const counts = new Map<string, number>();
  const pipe = new PipeDouble(
    {
      ...others,
      0x6b: (command) => {
        const payload = hex(command.slice(10));
        sent.push(payload);
        const count = (counts.get(payload) ?? 0) + 1;
        counts.set(payload, count);
        const answer = script(payload, count, command) ?? (payload === 'FF560000' ? `${firmware}9000` : usual[payload]) ?? [];
        return typeof answer === 'string' ? [escapeReply(command, answer)] : answer;
      },
    },
    { configurationDescriptor: configuration(''), interrupt: false, vendorId: 0x054c, productId: 0x0dc8 },
  );
  return { pipe, sent, firmware };
}

/** `83`, with the sequence number of `command`. */
export function escapeReply(
  command: Bytes,
  payload: string,
  fields: { readonly status?: number; readonly error?: number; readonly sequence?: number } = {},
): Bytes {
  return reply(command, { type: 0x83, data: unhex(payload), ...fields });
}

/** Waits short enough for tests of silence. */
export const hastyTimings: EscapeChannel['timings'] = {
  silenceMs: hasty.replyMs,
  marginMs: 20,
  busyPauseMs: 1,
  fieldOffMs: 1,
  fieldOnMs: 1,
  keepAliveMs: 25,
  escapeBudgetMs: 250,
};

function hex16(value: number): string {
  return hex(Uint8Array.of(value >> 8, value % 0x100));
}
