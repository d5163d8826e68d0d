/** The contacts between reader and card: whole command APDUs one way, response APDUs the other, and what can go wrong between them. */
import { concatBytes, unhex, type Bytes } from '#bytes';
import { decodeCommand } from './command-apdu.ts';
import type { CardFault, FaultSchedule } from './faults.ts';
import type { VirtualCard } from './virtual-card.ts';

export type Exchange =
  | { readonly outcome: 'response'; readonly bytes: Bytes }
  /** The card is gone; back after that time when given. */
  | { readonly outcome: 'removed'; readonly backAfterMs: number | undefined }
  /** bStatus says "absent" this once. */
  | { readonly outcome: 'flicker' }
  | { readonly outcome: 'mute' };

const cardFaultKinds: readonly CardFault['kind'][] = ['cardRemoved', 'presenceFlicker', 'cardMute', 'response', 'longRead', 'endlessFile'];
const READ_BINARY = 0xb0;

/** Hands one command to the card, unless a fault is in the way. */
export async function exchange(card: VirtualCard, command: Bytes, schedule: FaultSchedule): Promise<Exchange> {
  const faults = schedule.strike(
    cardFaultKinds,
    ({ ins, kind }) => (ins === undefined || ins === command[1]) && (!isReadFault(kind) || command[1] === READ_BINARY),
  );
  for (const fault of faults) {
    const ended = await interrupted(fault, card, command);
    if (ended !== undefined) return ended;
  }
  const response = await card.transmit(command);
  return { outcome: 'response', bytes: faults.reduce((bytes, fault) => altered(bytes, fault, command), response) };
}

function isReadFault(kind: CardFault['kind']): boolean {
  return kind === 'longRead' || kind === 'endlessFile';
}

async function interrupted(fault: CardFault, card: VirtualCard, command: Bytes): Promise<Exchange | undefined> {
  if (fault.kind === 'response') return { outcome: 'response', bytes: unhex(fault.bytes) };
  if (fault.kind === 'longRead' || fault.kind === 'endlessFile') return undefined;
  if (fault.executed) await card.transmit(command);
  if (fault.kind === 'cardRemoved') return { outcome: 'removed', backAfterMs: fault.backAfterMs };
  return { outcome: fault.kind === 'presenceFlicker' ? 'flicker' : 'mute' };
}

function altered(response: Bytes, fault: CardFault, command: Bytes): Bytes {
  const data = response.slice(0, -2);
  const trailer = response.slice(-2);
  if (fault.kind === 'longRead') return concatBytes(data, new Uint8Array(fault.extraLength), trailer);
  if (fault.kind !== 'endlessFile' || trailer[0] === 0x69) return response;
  const asked = decodeCommand(command)?.expectedLength;
  return asked === undefined ? response : concatBytes(data, new Uint8Array(Math.max(0, asked - data.length)), Uint8Array.of(0x90, 0x00));
}
