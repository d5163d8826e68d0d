/** Random faults of reader, cable and card, for properties over whole readings. */
import * as fc from 'fast-check';
import type { Fault, HostMessageName } from '#simulator';

const from = fc.integer({ min: 1, max: 60 });
const times = fc.integer({ min: 1, max: 2 });
const on: readonly HostMessageName[] = ['xfrBlock'];
/** The nth command of all, or the nth of one kind: VERIFY is rare among the others. */
const command = fc.oneof(
  fc.record({ from, times }),
  fc.record({ from: fc.integer({ min: 1, max: 7 }), times, ins: fc.constant(0x20) }),
  fc.record({ from: fc.integer({ min: 1, max: 25 }), times, ins: fc.constantFrom(0xa4, 0xb0) }),
);

const cardFaults: fc.Arbitrary<Fault> = fc.oneof(
  fc.tuple(command, fc.boolean()).map(([when, executed]): Fault => ({ kind: 'cardRemoved', executed, ...when })),
  fc
    .tuple(command, fc.boolean(), fc.integer({ min: 1, max: 30 }))
    .map(([when, executed, backAfterMs]): Fault => ({ kind: 'cardRemoved', executed, backAfterMs, ...when })),
  fc.tuple(command, fc.boolean(), fc.constantFrom('presenceFlicker', 'cardMute')).map(([when, executed, kind]): Fault => ({ kind, executed, ...when })),
  fc.record({ from, times }).map((when): Fault => ({ kind: 'endlessFile', ...when })),
  fc.record({ from, times, extraLength: fc.integer({ min: 1, max: 300 }) }).map((rest): Fault => ({ kind: 'longRead', ...rest })),
);

const replyFaults: fc.Arbitrary<Fault> = fc.oneof(
  fc
    .record({ from, times })
    .chain((when) =>
      fc.constantFrom<Fault>(
        { kind: 'silence', on, ...when },
        { kind: 'duplicateReply', on, ...when },
        { kind: 'babble', on, ...when },
        { kind: 'stallIn', on, ...when },
        { kind: 'missingZeroLengthPacket', on, ...when },
        { kind: 'wrongType', type: 0x81, on, ...when },
        { kind: 'wrongSlot', slot: 1, on, ...when },
        { kind: 'data', bytes: 'DEADBEEF', on, ...when },
        { kind: 'chainParameter', value: 0x01, data: 'keep', on, ...when },
        { kind: 'chainParameter', value: 0x03, data: 'drop', on, ...when },
        { kind: 'zeroLengthPackets', before: 1, after: 2, on, ...when },
        { kind: 'splitPackets', packetLength: 1, on, ...when },
      ),
    ),
  fc.record({ from, times, copies: fc.integer({ min: 1, max: 12 }) }).map((rest): Fault => ({ kind: 'foreignSequence', on, ...rest })),
  fc
    .record({ from, times, copies: fc.integer({ min: 1, max: 4 }), multiplier: fc.constantFrom(0, 1, 255) })
    .map((rest): Fault => ({ kind: 'timeExtension', on, ...rest })),
  fc.record({ from, times, length: fc.integer({ min: 0, max: 12 }) }).map((rest): Fault => ({ kind: 'shortReply', on, ...rest })),
  fc.record({ from, times, length: fc.constantFrom(0, 1, 300, 0x20001, 0xffffffff) }).map((rest): Fault => ({ kind: 'declaredLength', on, ...rest })),
  fc.record({ from, times, delayMs: fc.integer({ min: 1, max: 130 }) }).map((rest): Fault => ({ kind: 'lateReply', on, ...rest })),
  fc
    .record({ from, times, status: fc.constantFrom(0x40, 0x41, 0x42, 0xc0, 0x03), error: fc.constantFrom(0, 8, 0xe0, 0xf2, 0xfb, 0xfe, 0xff) })
    .map((rest): Fault => ({ kind: 'status', on, ...rest })),
);

const usbFaults: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ from, times: fc.constant(1), kind: fc.constantFrom('transferInFails', 'transferOutFails', 'stallOut', 'unplugAtMessage') }),
  fc.integer({ min: 1, max: 4000 }).map((byte): Fault => ({ kind: 'unplugAtInByte', byte })),
);

/** Up to three faults. They compose. */
export const schedules: fc.Arbitrary<Fault[]> = fc.array(
  fc.oneof({ arbitrary: cardFaults, weight: 3 }, { arbitrary: replyFaults, weight: 3 }, { arbitrary: usbFaults, weight: 1 }),
  { maxLength: 3 },
);
