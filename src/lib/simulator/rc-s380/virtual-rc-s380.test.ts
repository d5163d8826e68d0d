/** The RC-S380 double against the computed frames of spec/browser-and-readers.md §7.4 and the sequence of §7.3. */
import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { rcS380Profile, virtualReader, type Fault, type RcS380Options, type VirtualReader } from '../index.ts';
import { bytesOf, deviceOf, image, settles, type Device } from '../test/host.ts';

const ACK = '0000FF00FF00';
const frames = {
  setCommandType: '0000FFFFFF0300FDD62A01FF00',
  radioOff: '0000FFFFFF0300FDD606002400',
  setRadio: '0000FFFFFF0600FAD60003070F070A00',
  setProtocol: '0000FFFFFF0C00F4D6020B0109010C010A010014E600',
  requestB: '0000FFFFFF0700F9D60436010500 10DA00'.replace(' ', ''),
} as const;
/** DCS and LCS worked out here. */
function frame(data: string): string {
  const bytes = unhex(data);
  const sum = (256 - (bytes.reduce((total, byte) => total + byte, 0) % 256)) % 256;
  const length = bytes.length;
  return `0000FFFFFF${hex(Uint8Array.of(length % 256, length >> 8, (512 - (length % 256) - (length >> 8)) % 256))}${data}${hex(Uint8Array.of(sum))}00`;
}
/** CRC on: Sony's defaults. */
const DEFAULTS = frame('D602' + '00140101020103000400050006000708080009010A010B010C010E040F001000110012001306');

interface Desk {
  readonly reader: VirtualReader;
  readonly device: Device;
  readonly say: (message: string) => Promise<string>;
  readonly read: () => Promise<string>;
}

async function desk(options: RcS380Options = {}, withCard = true): Promise<Desk> {
  const reader = virtualReader({ profile: rcS380Profile(options), ...(withCard ? { card: await image() } : {}) });
  const device = await deviceOf(reader.usb);
  await device.open();
  await device.claimInterface(0);
  const read = async (): Promise<string> => hex(bytesOf((await device.transferIn(1, 1024)).data));
  const say = async (message: string): Promise<string> => {
    await device.transferOut(2, unhex(message));
    expect(await read()).toBe(ACK);
    return read();
  };
  return { reader, device, say, read };
}

async function prepare({ say }: Desk): Promise<void> {
  expect(await say(frames.setCommandType)).toBe(frame('D72B00'));
  expect(await say(frames.radioOff)).toBe(frame('D70700'));
  expect(await say(frames.setRadio)).toBe(frame('D70100'));
  expect(await say(DEFAULTS)).toBe(frame('D70300'));
  expect(await say(frames.setProtocol)).toBe(frame('D70300'));
}

const radio = (data: string, timeout = '3601'): string => frame(`D604${timeout}${data}`);

/** The bytes of a frame as they come over the cable: the device cannot see how the host's transfers were cut. */
describe('frames longer than a packet', () => {
  const long = frame(`D6043601${'00'.repeat(80)}`);

  it.each([
    { name: 'packet by packet', cuts: [64] },
    { name: 'in one transfer', cuts: [] },
  ])('$name: one command', async ({ cuts }) => {
    const { device, read, reader } = await desk();
    const bytes = unhex(long);
    for (const [index, start] of [0, ...cuts].entries()) await device.transferOut(2, bytes.slice(start, cuts[index]));
    expect(await read()).toBe(ACK);
    expect(reader.messageLog.map(({ dataLength }) => dataLength)).toEqual([84]);
    reader.assertNoUnexpectedInput();
  });

  it('a short packet before the end is no frame, and the next one counts', async () => {
    const { device, read, say, reader } = await desk();
    await device.transferOut(2, unhex(long).slice(0, 64));
    await device.transferOut(2, unhex(long).slice(64, 70));
    expect(await read()).toBe('0000FFFFFF');
    expect(reader.unexpectedInput.length).toBe(1);
    expect(await say(frames.setCommandType)).toBe(frame('D72B00'));
  });

  it('a port reset forgets the beginning', async () => {
    const { device, say } = await desk();
    await device.transferOut(2, unhex(long).slice(0, 64));
    await device.reset();
    expect(await say(frames.setCommandType)).toBe(frame('D72B00'));
  });
});

describe('sequence of §7.3', () => {
  it('REQB of §7.4 gives the ATQB, PUPI in bytes 8 to 11; ATTRIB; SELECT; deselect', async () => {
    const at = await desk();
    await prepare(at);
    const atqb = await at.say(frames.requestB);
    expect(atqb).toBe(frame('D70500000000' + '08' + '50A1B2C3D4000005E0B381A1'));
    expect(atqb.slice(16 + 16, 16 + 24)).toBe('A1B2C3D4');
    expect(await at.say(radio('1DA1B2C3D400080100'))).toBe(frame('D7050000000008' + '00'));
    expect(await at.say(radio('0200A4040C10A0000002310600000000000000000000', 'D660'))).toBe(frame('D7050000000008' + '029000'));
    expect(await at.say(radio('C2'))).toBe(frame('D7050000000008' + 'C2'));
    at.reader.assertNoUnexpectedInput();
  });

  it('the ATTRIB of §7.4 names another PUPI: no answer, the valid-bits byte missing', async () => {
    const at = await desk();
    await prepare(at);
    await at.say(frames.requestB);
    expect(await at.say('0000FFFFFF0D00F3D60436011D11223344000801001F00')).toBe(frame('D70580000000'));
  });

  it.each([
    { errorsCarryValidBits: false, answer: 'D70580000000' },
    { errorsCarryValidBits: true, answer: 'D7058000000000' },
  ])('no card: status 0x80, valid bits $errorsCarryValidBits (open-points.md, 13)', async ({ errorsCarryValidBits, answer }) => {
    const at = await desk({ errorsCarryValidBits }, false);
    await prepare(at);
    expect(await at.say(frames.requestB)).toBe(frame(answer));
  });

  it('424 kbit/s by ATTRIB and InSetRF', async () => {
    const at = await desk();
    await prepare(at);
    await at.say(frames.requestB);
    expect(await at.say(radio('1DA1B2C3D400A80100'))).toBe(frame('D7050000000008' + '00'));
    expect(await at.say(radio('B2'))).toBe(frame('D70580000000'));
    await at.say(frame('D60003090F09'));
    expect(await at.say(radio('B2'))).toBe(frame('D7050000000008' + 'A3'));
  });

  it('without CRC no card hears it', async () => {
    const at = await desk();
    await prepare(at);
    await at.say(frame('D6020100'));
    expect(await at.say(frames.requestB)).toBe(frame('D70580000000'));
  });

  it.each<{ name: string; message: string; answer: string }>([
    { name: 'firmware version', message: frame('D620'), answer: frame('D7211101') },
    { name: 'InSetRF before SetCommandType', message: frames.setRadio, answer: frame('D70107') },
    { name: 'SetCommandType 2', message: frame('D62A02'), answer: frame('D72B01') },
  ])('$name', async ({ message, answer }) => {
    const at = await desk();
    expect(await at.say(message)).toBe(answer);
  });
});

describe('frames (§7.1)', () => {
  it.each([
    { name: 'LCS', message: '0000FFFFFF0300FCD62A01FF00' },
    { name: 'DCS', message: '0000FFFFFF0300FDD62A01FE00' },
    { name: 'a byte missing', message: '0000FFFFFF0300FDD62A01FF' },
    { name: 'D7 instead of D6', message: frame('D72A01') },
  ])('wrong $name: error frame, recorded', async ({ message }) => {
    const at = await desk();
    await at.device.transferOut(2, unhex(message));
    expect(await at.read()).toBe('0000FFFFFF');
    expect(at.reader.unexpectedInput.length).toBe(1);
  });

  it('an ACK of the host stops the answer that is late', async () => {
    const at = await desk();
    at.reader.faults.set([{ kind: 'lateReply', delayMs: 20 } satisfies Fault]);
    await at.device.transferOut(2, unhex(frames.setCommandType));
    expect(await at.read()).toBe(ACK);
    await at.device.transferOut(2, unhex(ACK));
    expect(await settles(at.device.transferIn(1, 1024))).toBe('pending');
  });

  it('leftovers of a former host come first (open-points.md, 12)', async () => {
    const at = await desk({ leftovers: [ACK, frame('D70500000000' + '08' + '029000')] });
    expect(await at.read()).toBe(ACK);
    expect(await at.read()).toBe(frame('D7050000000008029000'));
    expect(await at.say(frames.setCommandType)).toBe(frame('D72B00'));
  });

  it.each<{ fault: Fault; answer: string }>([
    { fault: { kind: 'blockGarbled' }, answer: 'D70504000000' },
    { fault: { kind: 'blockFromCardLost' }, answer: 'D70580000000' },
    { fault: { kind: 'blockTruncated', length: 0 }, answer: 'D7050000000008' },
  ])('$fault.kind', async ({ fault, answer }) => {
    const at = await desk();
    await prepare(at);
    at.reader.faults.set([fault]);
    expect(await at.say(frames.requestB)).toBe(frame(answer));
  });
});
