/**
 * T=1 blocks: NAD, PCB, LEN, information field of 0–254 bytes, check code. ISO/IEC 7816-3:2006 §11.3. I-, R- and S-blocks.
 * Only NAD 00. A block that breaks any rule is not an error of the program but news from the line: `damaged`, with the kind of
 * complaint the sender gets. Not here: which block may come when (dialogue.ts).
 */
import { concatBytes, equalBytes, type Bytes } from '#bytes';
import * as P from 'micro-packed';
import type { CheckCode } from './check-code.ts';

/** N(S) and N(R) count modulo 2. */
export type SequenceBit = 0 | 1;

export interface InformationBlock {
  readonly kind: 'I';
  /** N(S) */
  readonly sequence: SequenceBit;
  /** M: more blocks of the same chain follow. */
  readonly more: boolean;
  readonly information: Bytes;
}

export interface ReceiveReadyBlock {
  readonly kind: 'R';
  /** N(R), the N(S) of the I-block wanted next. */
  readonly sequence: SequenceBit;
  readonly complaint: Complaint | 'none';
}

/** RESYNCH and ABORT carry nothing, IFS a length 1–254, WTX a multiple of the block waiting time 1–255. */
export type SupervisoryBlock =
  | { readonly kind: 'S'; readonly name: 'resynch' | 'abort'; readonly isResponse: boolean }
  | { readonly kind: 'S'; readonly name: 'ifs' | 'wtx'; readonly isResponse: boolean; readonly value: number };

export type T1Block = InformationBlock | ReceiveReadyBlock | SupervisoryBlock;

/** What an R-block says about the block before: parity or check code wrong, or anything else. */
export type Complaint = 'edc' | 'other';

export type DecodedBlock = { readonly outcome: 'block'; readonly block: T1Block } | { readonly outcome: 'damaged'; readonly complaint: Complaint };

/** LEN FF is reserved. */
export const LONGEST_INFORMATION = 254;
/** NAD, PCB and LEN [bytes]. */
export const PROLOGUE_LENGTH = 3;

const pcb = { notInformation: 0x80, supervisory: 0x40, sentSequence: 0x40, more: 0x20, receivedSequence: 0x10, response: 0x20, type: 0x1f } as const;
const reservedInInformation = 0x1f;
const reservedInReceiveReady = 0x20;
const supervisoryNames = ['resynch', 'ifs', 'abort', 'wtx'] as const;
const complaints = ['none', 'edc', 'other'] as const;

const Body = P.struct({
  nodeAddress: P.U8, // NAD
  control: P.U8, // PCB
  information: P.bytes(P.U8), // LEN, INF
});

/** The block as bytes, a fresh array. @throws RangeError for a value no block can carry: a fault of this program. */
export function encodeBlock(block: T1Block, checkCode: CheckCode): Bytes {
  const information = informationOf(block);
  if (information.length > LONGEST_INFORMATION) throw new RangeError('information field longer than 254 bytes');
  const body = Body.encode({ nodeAddress: 0, control: controlOf(block), information });
  const bytes = concatBytes(body, checkCode.of(body));
  body.fill(0); // it may hold a PIN
  return bytes;
}

export function decodeBlock(bytes: Bytes, checkCode: CheckCode): DecodedBlock {
  const bodyLength = bytes.length - checkCode.length;
  // LEN against what came goes first: where it is wrong, nobody knows where the check code is.
  if (bodyLength < PROLOGUE_LENGTH || bytes[2] !== bodyLength - PROLOGUE_LENGTH) return damaged('other');
  const bodyBytes = bytes.subarray(0, bodyLength);
  if (!equalBytes(checkCode.of(bodyBytes), bytes.subarray(bodyLength))) return damaged('edc');
  const { nodeAddress, control, information } = Body.decode(bodyBytes);
  const block = nodeAddress === 0 && information.length <= LONGEST_INFORMATION ? blockOf(control, information.slice()) : undefined;
  return block === undefined ? damaged('other') : { outcome: 'block', block };
}

function damaged(complaint: Complaint): DecodedBlock {
  return { outcome: 'damaged', complaint };
}

function controlOf(block: T1Block): number {
  switch (block.kind) {
    case 'I':
      return block.sequence * pcb.sentSequence + (block.more ? pcb.more : 0);
    case 'R':
      return pcb.notInformation + block.sequence * pcb.receivedSequence + complaints.indexOf(block.complaint);
    case 'S':
      return pcb.notInformation + pcb.supervisory + (block.isResponse ? pcb.response : 0) + supervisoryNames.indexOf(block.name);
  }
}

function informationOf(block: T1Block): Uint8Array {
  if (block.kind === 'I') return block.information;
  return block.kind === 'S' && 'value' in block ? P.U8.encode(block.value) : new Uint8Array(0);
}

function blockOf(control: number, information: Bytes): T1Block | undefined {
  if ((control & pcb.notInformation) === 0) return informationBlock(control, information);
  return (control & pcb.supervisory) === 0 ? receiveReadyBlock(control, information) : supervisoryBlock(control, information);
}

function informationBlock(control: number, information: Bytes): T1Block | undefined {
  if ((control & reservedInInformation) !== 0) return undefined;
  return { kind: 'I', sequence: bitOf(control, pcb.sentSequence), more: (control & pcb.more) !== 0, information };
}

function receiveReadyBlock(control: number, information: Bytes): T1Block | undefined {
  const complaint = complaints[control & 0x0f];
  if (complaint === undefined || (control & reservedInReceiveReady) !== 0 || information.length !== 0) return undefined;
  return { kind: 'R', sequence: bitOf(control, pcb.receivedSequence), complaint };
}

function supervisoryBlock(control: number, information: Bytes): T1Block | undefined {
  const name = supervisoryNames[control & pcb.type];
  const isResponse = (control & pcb.response) !== 0;
  const [value, ...rest] = information;
  if (name === undefined || rest.length > 0) return undefined;
  if (name === 'resynch' || name === 'abort') return value === undefined ? { kind: 'S', name, isResponse } : undefined;
  if (value === undefined || value === 0) return undefined;
  return name === 'ifs' && value > LONGEST_INFORMATION ? undefined : { kind: 'S', name, isResponse, value };
}

function bitOf(control: number, mask: number): SequenceBit {
  return (control & mask) === 0 ? 0 : 1;
}
