import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { concatBytes, hex, unhex, type Bytes } from '#bytes';
import { hasFunctionalDescriptor, readConfigurationDescriptor, type ControlIn } from './raw-configuration.ts';
import { configurationDescriptor, endpointDescriptor, functionalDescriptor, interfaceDescriptor } from './test/devices.ts';
import { UsbError } from './usb-error.ts';

const endpoints = concatBytes(endpointDescriptor(0x81), endpointDescriptor(0x01));
const hid = unhex('092111010001223F00'); // HID 1.11 §6.2.1
const retyped = (type: number, length = 54): Bytes => concatBytes(Uint8Array.of(length, type), functionalDescriptor.subarray(2, length));

describe('hasFunctionalDescriptor', () => {
  const vendor = interfaceDescriptor(0, 2, 0xff);
  const rows: { name: string; source: string; parts: Bytes[]; interfaceNumber?: number; expected: boolean }[] = [
    { name: 'behind the interface descriptor', source: 'ccid.md §3.2 (1)', parts: [vendor, functionalDescriptor, endpoints], expected: true },
    { name: 'behind the last endpoint', source: 'ccid.md §3.2 (2), Oz776', parts: [vendor, endpoints, functionalDescriptor], expected: true },
    { name: 'type 0xFF', source: 'ccid.md §3.2 (3), Dell SK-3106', parts: [vendor, retyped(0xff), endpoints], expected: true },
    { name: '53 bytes', source: 'ccid.md §3.2 (4), pico-keys', parts: [vendor, retyped(0x21, 53), endpoints], expected: true },
    { name: 'HID descriptor before it', source: 'ccid.md B33', parts: [vendor, hid, functionalDescriptor, endpoints], expected: true },
    { name: 'two of them', source: 'ccid.md B33', parts: [vendor, functionalDescriptor, functionalDescriptor, endpoints], expected: true },
    {
      name: 'behind an endpoint of length 2',
      source: 'ccid.md B33',
      parts: [vendor, Uint8Array.of(2, 5), Uint8Array.of(2, 5), functionalDescriptor],
      expected: true,
    },
    { name: 'none', source: 'browser-and-readers.md §6.1, interface 1', parts: [vendor, endpoints], expected: false },
    { name: 'HID only', source: 'HID 1.11 §6.2.1', parts: [vendor, hid, endpoints], expected: false },
    {
      name: 'between two endpoints',
      source: 'ccid.md §3.2',
      parts: [vendor, endpointDescriptor(1), functionalDescriptor, endpointDescriptor(0x81)],
      expected: false,
    },
    { name: '55 bytes', source: 'ccid.md B33', parts: [vendor, concatBytes(retyped(0x21, 54).with(0, 55), Uint8Array.of(0)), endpoints], expected: false },
    { name: 'type 22', source: 'ccid.md B33', parts: [vendor, retyped(0x22), endpoints], expected: false },
    {
      name: 'of another interface',
      source: 'ccid.md §3.2',
      parts: [interfaceDescriptor(1, 2, 0x0b), functionalDescriptor, vendor, endpoints],
      expected: false,
    },
    {
      name: 'of alternate setting 1',
      source: 'ccid.md §3.2',
      parts: [vendor, endpoints, interfaceDescriptor(0, 2, 0xff, 1), functionalDescriptor],
      expected: false,
    },
    { name: 'bLength 0 before it', source: 'ccid.md B33', parts: [vendor, Uint8Array.of(0, 0), functionalDescriptor], expected: false },
    { name: 'bLength 1 before it', source: 'ccid.md §3.2 walk rules', parts: [vendor, Uint8Array.of(1, 1), functionalDescriptor], expected: false },
    { name: 'interface descriptor of 4 bytes', source: 'USB 2.0 §9.6.5', parts: [Uint8Array.of(4, 4, 0, 0), functionalDescriptor, endpoints], expected: false },
  ];
  it.each(rows)('$name ($source)', ({ parts, interfaceNumber = 0, expected }) => {
    expect(hasFunctionalDescriptor(configurationDescriptor(1, ...parts), interfaceNumber)).toBe(expected);
  });

  it.each(Array.from({ length: 54 }, (_, length) => length))('cut after %i bytes of it is not there (ccid.md B33)', (length) => {
    const cut = configurationDescriptor(1, vendor, functionalDescriptor).slice(0, 18 + length);
    expect(hasFunctionalDescriptor(cut, 0)).toBe(false);
  });

  test.prop([fc.uint8Array({ maxLength: 300 }), fc.nat(255)])('ends on any bytes', (bytes, interfaceNumber) => {
    expect(typeof hasFunctionalDescriptor(new Uint8Array(bytes), interfaceNumber)).toBe('boolean');
  });

  test.prop([fc.array(fc.uint8Array({ minLength: 0, maxLength: 20 }), { maxLength: 8 })])('is found behind any well-formed strange descriptors', (bodies) => {
    // Types 0x30 and up: neither interface nor endpoint nor functional.
    const strange = bodies.map((body) => concatBytes(Uint8Array.of(body.length + 2, 0x30), body));
    expect(hasFunctionalDescriptor(configurationDescriptor(1, interfaceDescriptor(7, 2, 0xff), ...strange, functionalDescriptor, endpoints), 7)).toBe(true);
  });
});

describe('readConfigurationDescriptor', () => {
  const first = configurationDescriptor(3, interfaceDescriptor(0, 0, 0xff));
  const second = configurationDescriptor(1, interfaceDescriptor(0, 2, 0xff), functionalDescriptor, endpoints);
  const stalled = (): UsbError => new UsbError({ code: 'ENDPOINT_STALLED', message: 'stall' });
  const device = (...answers: (Bytes | UsbError)[]): { controlIn: ControlIn; asked: string[] } => {
    const asked: string[] = [];
    return {
      asked,
      controlIn: async ({ type, recipient, request, value, index }, length) => {
        asked.push([type, recipient, request, value.toString(16), index, length].join(' '));
        const answer = answers[value % 0x100] ?? stalled();
        if (answer instanceof UsbError) throw answer;
        return answer.slice(0, length);
      },
    };
  };

  it('asks for nine bytes, then for wTotalLength, by index and matched by value (ccid.md §3.2)', async () => {
    const { controlIn, asked } = device(first, second);
    expect(hex(await readConfigurationDescriptor(controlIn, 1, 2))).toBe(hex(second));
    expect(asked).toEqual(['standard device 6 200 0 9', 'standard device 6 201 0 9', `standard device 6 201 0 ${String(second.length)}`]);
  });

  it('takes what arrived when wTotalLength is 0xFFFF (ccid.md B33)', async () => {
    const boastful = second.with(2, 0xff).with(3, 0xff);
    const { controlIn, asked } = device(boastful);
    expect(await readConfigurationDescriptor(controlIn, 1, 1)).toEqual(boastful);
    expect(asked[1]).toBe('standard device 6 200 0 65535');
  });

  it('skips an index that stalls', async () => {
    expect(await readConfigurationDescriptor(device(stalled(), second).controlIn, 1, 2)).toEqual(second);
  });

  const hostile: { name: string; answers: (Bytes | UsbError)[]; count?: number }[] = [
    { name: 'no configuration at all', answers: [], count: 0 },
    { name: 'every index stalls', answers: [stalled(), stalled()] },
    { name: 'another value only', answers: [first] },
    ...Array.from({ length: 9 }, (_, length) => ({ name: `B12 a short answer of ${String(length)} bytes`, answers: [second.slice(0, length)] })),
    { name: 'bLength 8', answers: [second.with(0, 8)] },
    { name: 'a device descriptor', answers: [second.with(1, 1)] },
    { name: 'wTotalLength 8', answers: [second.with(2, 8).with(3, 0)] },
    { name: 'wTotalLength 0', answers: [second.with(2, 0).with(3, 0)] },
  ];
  it.each(hostile)('refuses: $name', async ({ answers, count = 2 }) => {
    await expect(readConfigurationDescriptor(device(...answers).controlIn, 1, count)).rejects.toMatchObject({ code: 'DESCRIPTOR_MALFORMED' });
  });

  it('refuses a second answer that is another descriptor', async () => {
    let calls = 0;
    const changing: ControlIn = async (_, length) => (calls++ === 0 ? second.slice(0, length) : first);
    await expect(readConfigurationDescriptor(changing, 1, 1)).rejects.toMatchObject({ code: 'DESCRIPTOR_MALFORMED' });
  });

  it('asks no more than eight indexes', async () => {
    const { controlIn, asked } = device();
    await expect(readConfigurationDescriptor(controlIn, 1, 255)).rejects.toMatchObject({ code: 'DESCRIPTOR_MALFORMED' });
    expect(asked).toHaveLength(8);
  });

  it('passes any other fault on', async () => {
    const lost = new UsbError({ code: 'DEVICE_LOST', message: 'gone' });
    await expect(readConfigurationDescriptor(device(lost).controlIn, 1, 1)).rejects.toBe(lost);
  });
});
