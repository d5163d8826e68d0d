import { hex, unhex } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { decodeBlock, encodeBlock, type Block, type BlockNumber } from './block.ts';

const inf = (text: string) => unhex(text);

describe('blocks both ways', () => {
  it.each<{ source: string; bytes: string; cid?: number; block: Block }>([
    { source: 'D1', bytes: '029000', block: { kind: 'information', number: 0, more: false, information: inf('9000') } },
    { source: 'D1', bytes: '039000', block: { kind: 'information', number: 1, more: false, information: inf('9000') } },
    { source: 'D2', bytes: '12AABB', block: { kind: 'information', number: 0, more: true, information: inf('AABB') } },
    { source: 'D3', bytes: '13AA', block: { kind: 'information', number: 1, more: true, information: inf('AA') } },
    { source: '§4, empty INF', bytes: '02', block: { kind: 'information', number: 0, more: false, information: inf('') } },
    { source: 'D3', bytes: 'A2', block: { kind: 'acknowledge', number: 0 } },
    { source: 'D2', bytes: 'A3', block: { kind: 'acknowledge', number: 1 } },
    { source: 'D7', bytes: 'B2', block: { kind: 'notAcknowledge', number: 0 } },
    { source: 'D12', bytes: 'B3', block: { kind: 'notAcknowledge', number: 1 } },
    { source: 'D14', bytes: 'C2', block: { kind: 'deselect' } },
    { source: 'D5', bytes: 'F20A', block: { kind: 'extendTime', multiplier: 10 } },
    { source: 'D13', bytes: '0A029000', cid: 2, block: { kind: 'information', number: 0, more: false, information: inf('9000') } },
    { source: 'D13', bytes: 'AB02', cid: 2, block: { kind: 'acknowledge', number: 1 } },
    { source: '§4', bytes: 'BA0E', cid: 14, block: { kind: 'notAcknowledge', number: 0 } },
    { source: 'D13', bytes: 'FA020A', cid: 2, block: { kind: 'extendTime', multiplier: 10 } },
    { source: 'D13', bytes: 'CA02', cid: 2, block: { kind: 'deselect' } },
  ])('$bytes (iso-dep.md $source)', ({ bytes, cid = 0, block }) => {
    expect(decodeBlock(unhex(bytes), cid)).toEqual(block);
    expect(hex(encodeBlock(block, cid))).toBe(bytes);
  });

  it.each([
    { source: 'D6', bytes: 'F2CA', cid: 0 },
    { source: 'ISO/IEC 14443-4 §7.1, power level beside the CID', bytes: 'FA820A', cid: 2 },
  ])('the power level in $bytes changes nothing ($source)', ({ bytes, cid }) => {
    expect(decodeBlock(unhex(bytes), cid)).toEqual({ kind: 'extendTime', multiplier: 10 });
  });
});

describe('refused', () => {
  it.each([
    { name: '§8.1 empty', bytes: '', reason: 'empty' },
    { name: '§8.1 PCB 00', bytes: '00', reason: 'unknownControlByte' },
    { name: '§8.1 PCB FF', bytes: 'FF', reason: 'unknownControlByte' },
    { name: '§8.1 PCB E2', bytes: 'E2', reason: 'unknownControlByte' },
    { name: '§8.1 PCB D2', bytes: 'D2', reason: 'unknownControlByte' },
    { name: '§8.1 PCB 42', bytes: '429000', reason: 'unknownControlByte' },
    { name: '§8.6 S(IFS)-like C1', bytes: 'C1FE', reason: 'unknownControlByte' },
    { name: '§8.6 S(IFS)-like E1', bytes: 'E1FE', reason: 'unknownControlByte' },
    { name: 'S(PARAMETERS) F0', bytes: 'F0A000', reason: 'unknownControlByte' },
    { name: 'S(DESELECT) with a number', bytes: 'C3', reason: 'unknownControlByte' },
    { name: 'R with the NAD bit', bytes: 'A6', reason: 'unknownControlByte' },
    { name: 'a bare status word 6985', bytes: '6985', reason: 'unknownControlByte' },
    { name: 'a bare status word 9000', bytes: '9000', reason: 'unknownControlByte' },
    { name: '§8.1 I-block with NAD', bytes: '06009000', reason: 'nodeAddress' },
    { name: '§8.1 CID that was not assigned', bytes: '0A029000', reason: 'foreignCid' },
    { name: 'CID 0 where none is due', bytes: '0A009000', reason: 'foreignCid' },
    { name: 'no CID where one is due', bytes: '029000', cid: 2, reason: 'foreignCid' },
    { name: 'another CID', bytes: '0A039000', cid: 2, reason: 'foreignCid' },
    { name: 'reserved bit beside the CID', bytes: '0A129000', cid: 2, reason: 'foreignCid' },
    { name: 'CID bit, no CID', bytes: '0A', cid: 2, reason: 'foreignCid' },
    { name: 'R(ACK) with INF', bytes: 'A200', reason: 'wrongLength' },
    { name: 'R(NAK) with INF', bytes: 'BA0200', cid: 2, reason: 'wrongLength' },
    { name: 'S(DESELECT) with INF', bytes: 'C200', reason: 'wrongLength' },
    { name: '§8.5 S(WTX) without INF', bytes: 'F2', reason: 'wrongLength' },
    { name: '§8.5 S(WTX) with two bytes', bytes: 'F20A0A', reason: 'wrongLength' },
    { name: '§8.5 S(WTX) with CID, without INF', bytes: 'FA02', cid: 2, reason: 'wrongLength' },
    { name: '§8.2 one byte more than FSD 256', bytes: `02${'00'.repeat(254)}`, reason: 'tooLong' },
    { name: '§8.2 290 bytes', bytes: `02${'00'.repeat(289)}`, reason: 'tooLong' },
    { name: '§8.2 64 KiB', bytes: `02${'00'.repeat(65_535)}`, reason: 'tooLong' },
  ])('$name (iso-dep.md)', ({ bytes, cid = 0, reason }) => {
    expect(decodeBlock(unhex(bytes), cid)).toEqual({ kind: 'invalid', reason });
  });

  it('takes 253 bytes of INF, which fill FSD 256 (iso-dep.md §2)', () => {
    expect(decodeBlock(unhex(`02${'5A'.repeat(253)}`), 0)).toMatchObject({ kind: 'information' });
  });
});

const cids = fc.integer({ min: 0, max: 14 });
const numbers = fc.constantFrom<BlockNumber>(0, 1);
const blocks: fc.Arbitrary<Block> = fc.oneof(
  fc.record({
    kind: fc.constant('information' as const),
    number: numbers,
    more: fc.boolean(),
    information: fc.uint8Array({ maxLength: 252 }).map((bytes) => Uint8Array.from(bytes)),
  }),
  fc.record({ kind: fc.constantFrom('acknowledge' as const, 'notAcknowledge' as const), number: numbers }),
  fc.record({ kind: fc.constant('extendTime' as const), multiplier: fc.integer({ min: 1, max: 59 }) }),
  fc.record({ kind: fc.constant('deselect' as const) }),
);

test.prop([blocks, cids])('every block comes back as it was', (block, cid) => {
  expect(decodeBlock(encodeBlock(block, cid), cid)).toEqual(block);
});

test.prop([fc.uint8Array({ maxLength: 300 }), cids])('any bytes are a block or a reason, and only one spelling is a block', (bytes, cid) => {
  const block = decodeBlock(Uint8Array.from(bytes), cid);
  if (block.kind === 'invalid' || block.kind === 'extendTime' || cid !== 0) return;
  expect(hex(encodeBlock(block, cid))).toBe(hex(Uint8Array.from(bytes)));
});

it('INF is a copy, and an encoded block is one too', () => {
  const received = unhex('029000');
  const block = decodeBlock(received, 0);
  received.fill(0);
  expect(block).toMatchObject({ information: unhex('9000') });
  const pin = unhex('31323334');
  encodeBlock({ kind: 'information', number: 0, more: false, information: pin }, 0).fill(0);
  expect(hex(pin)).toBe('31323334');
});
