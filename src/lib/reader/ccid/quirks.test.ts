/** The quirk list of ccid.md §13, row by row: rows of the table here, and what every reader gets. */
import { hex, unhex, type Bytes } from '#bytes';
import { describe, expect, it } from 'vitest';
import { parseAtr } from '../atr.ts';
import { openReader } from '../open-reader.ts';
import { configuration, functionalDescriptor } from '../test/descriptors.ts';
import { connected, opened, openly, SELECT, type OpenOptions } from '../test/open.ts';
import { PipeDouble, type Answers } from '../test/pipe-double.ts';
import { ATR, hasty, reply, slotStatus, status, wellBehaved } from '../test/replies.ts';
import { FunctionalDescriptor } from './functional-descriptor.ts';
import { amendAtr, amendDescriptor, amendTimeouts, quirksOf } from './quirks.ts';
import { readerDuties } from './reader-duties.ts';
import { ccidTimeouts } from './timeouts.ts';

function model(identity: string, deviceVersion: string): { vendorId: number; productId: number; deviceVersion: string } {
  const [vendor, product] = identity.split(':');
  return { vendorId: parseInt(vendor ?? '', 16), productId: parseInt(product ?? '', 16), deviceVersion };
}

function descriptorWith(fields: Partial<FunctionalDescriptor>): FunctionalDescriptor {
  return { ...FunctionalDescriptor.decode(unhex(functionalDescriptor({ features: 0x101ba }))), ...fields };
}

describe('row 3: old firmware is used, with a caution', () => {
  it.each([
    { identity: '04E6:E001', old: '5.15', good: '5.16' },
    { identity: '04E6:5111', old: '6.19', good: '6.20' },
    { identity: '04E6:E003', old: '5.09', good: '5.10' },
    { identity: '04E6:5291', old: '1.11', good: '1.12' },
    { identity: '0D46:3001', old: '0.36', good: '0.37' },
    { identity: '0D46:3002', old: '0.36', good: '0.37' },
    { identity: '09C3:0008', old: '2.02', good: '2.03' },
    { identity: '0DC3:1004', old: '5.01', good: '5.02' },
    { identity: '0DC3:1102', old: '6.06', good: '6.07' },
    { identity: '0DC3:0900', old: '1.99', good: '2.00' },
    { identity: '058F:9520', old: '1.01', good: '1.02' },
    { identity: '072F:2200', old: '2.05', good: '2.06' },
    { identity: '08C3:0402', old: '49.99', good: '50.00' },
    { identity: '08C3:0401', old: '49.99', good: '50.00' },
    { identity: '0B0C:0050', old: '1.00', good: '1.01' },
    { identity: '03F0:0036', old: '1.23', good: '1.24' },
    { identity: '062D:0001', old: '1.01', good: '1.02' },
  ])('$identity below $good', ({ identity, old, good }) => {
    expect(quirksOf(model(identity, old)).caution).toBe('oldFirmware');
    expect(quirksOf(model(identity, good)).caution).toBeUndefined();
    expect(quirksOf(model(identity, 'unknown')).caution).toBeUndefined();
  });

  it('shows in the description', async () => {
    const { reader } = await opened({}, { vendorId: 0x04e6, productId: 0x5111, deviceVersion: '6.10' });
    expect(reader.description.caution).toBe('oldFirmware');
    await reader.close();
  });
});

describe('rows of the table', () => {
  it.each([
    { name: '§6.2 SCR331 below 5.16 hangs on full packets', identity: '04E6:E001', version: '5.15', ifsd: 48 },
    { name: '§6.2 SCR331-DI below 6.20', identity: '04E6:5111', version: '6.19', ifsd: 48 },
    { name: '§6.2 SCR335 below 5.14', identity: '04E6:5115', version: '5.13', ifsd: 48 },
    { name: '§6.2 SPR532 below 5.04', identity: '04E6:E003', version: '5.03', ifsd: 48 },
    { name: '§6.2 SCR3320 below 5.22', identity: '04E6:5117', version: '5.21', ifsd: 48 },
    { name: '§6.2 SCR331-DI as sold', identity: '04E6:5111', version: '6.32', ifsd: 252 },
    { name: '04E6:5120 has no such row', identity: '04E6:5120', version: '6.27', ifsd: 252 },
  ])('$name', ({ identity, version, ifsd }) => {
    const descriptor = amendDescriptor(descriptorWith({ dwMaxIFSD: 252 }), quirksOf(model(identity, version)));
    expect(readerDuties(descriptor, true).informationFieldLength).toBe(ifsd);
  });

  it('row 5: CL1356D gets a second to start and a minute for each answer', () => {
    const quirks = quirksOf(model('0B81:0200', '1.12'));
    expect(quirks.startDelayMs).toBe(1_000);
    expect(amendTimeouts(ccidTimeouts, quirks)).toMatchObject({ replyMs: 60_000, longestReplyMs: 60_000 });
  });

  it.each(['0B97:7762', '0B97:7772'])('row 7: Oz776 %s goes at 9600 and gets no PPS from us', (identity) => {
    const descriptor = amendDescriptor(descriptorWith({ dwFeatures: 0x10030, dwMaxDataRate: 307_200 }), quirksOf(model(identity, '1.10')));
    expect(readerDuties(descriptor, true)).toMatchObject({ hostBuildsPps: false, maximumDataRate: 9_600 });
  });

  it('row 9: AU9540 is capped at 200 kbit/s', () => {
    expect(amendDescriptor(descriptorWith({ dwMaxDataRate: 318_280 }), quirksOf(model('058F:9540', '1.20'))).dwMaxDataRate).toBe(200_000);
  });

  it.each([
    { name: 'at a speed of the card', answerToReset: ATR },
    { name: 'row 31: at the default speed, too', answerToReset: '3B800181' },
  ])('row 9: AU9540 that fails at SetParameters is reset twice and not told again: $name', async ({ answerToReset }) => {
    const answers: Answers = {
      0x62: (command) => [reply(command, { data: answerToReset })],
      0x61: (command) => [reply(command, { type: 0x82, status: status.failedActive, error: 0xfb })],
    };
    const { pipe, slot } = await connected(answers, { features: 0x404be, vendorId: 0x058f, productId: 0x9540 });
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
    expect(pipe.problems).toEqual([]);
    await slot.connect();
    expect(pipe.sent.map((message) => message.slice(0, 2))).toEqual(['6F', '62', '61', '62', '62']);
  });

  it.each(['03F0:1024', '03F0:0036', '0BF8:1017', '04F2:1469', '0783:0006', '076B:3031', '25DD:3111'])('row 13: the PIN pad of %s is none', (identity) => {
    expect(amendDescriptor(descriptorWith({ bPINSupport: 3 }), quirksOf(model(identity, '9.99'))).bPINSupport).toBe(0);
  });

  it('row 15: Kobil TriBank takes short APDUs only', async () => {
    const { reader, slot } = await opened({}, { features: 0x4007e, vendorId: 0x0d46, productId: 0x3010 });
    expect(reader.description.level).toBe('shortApdu');
    expect(slot.carriesExtended).toBe(false);
    await reader.close();
  });

  it.each([
    { version: '0.12', sends: false },
    { version: '0.13', sends: false },
    { version: '0.14', sends: true },
    { version: '1.00', sends: true },
  ])('row 16: eToken 5100 firmware $version, S(IFS): $sends', ({ version, sends }) => {
    const descriptor = amendDescriptor(descriptorWith({}), quirksOf(model('0529:0620', version)));
    expect(readerDuties(descriptor, true).hostSendsIfs).toBe(sends);
  });

  it.each([
    { identity: '08E6:3480', version: '1.99', code: 'CARD_ABSENT' },
    { identity: '08E6:3479', version: '1.00', code: 'CARD_ABSENT' },
    { identity: '08E6:3480', version: '2.00', code: 'CARD_MUTE' },
  ])('row 18: $identity $version, a slot that always says present: $code', async ({ identity, version, code }) => {
    const answers: Answers = { 0x62: (command) => [reply(command, { status: status.failedInactive, error: 0xfe })] };
    const { slot } = await opened(answers, model(identity, version));
    await expect(slot.connect()).rejects.toMatchObject({ code });
  });

  it.each([
    { name: 'row 20: Thales Fusion NFC', identity: '08E6:34D2', version: '0.01', extraMs: 300_000 },
    { name: '§5 Precise 250 MC', identity: '08C3:0401', version: '49.99', extraMs: 300_000 },
    { name: '§5 Precise 250 MC, newer', identity: '08C3:0401', version: '50.00', extraMs: 0 },
    { name: '§5 AU9520', identity: '058F:9520', version: '1.01', extraMs: 300_000 },
  ])('$name asks for no time: $extraMs ms more', ({ identity, version, extraMs }) => {
    const { longestReplyMs, commandBudgetMs } = amendTimeouts(ccidTimeouts, quirksOf(model(identity, version)));
    expect(longestReplyMs - ccidTimeouts.longestReplyMs).toBe(extraMs);
    expect(commandBudgetMs - ccidTimeouts.commandBudgetMs).toBe(extraMs);
  });

  it.each(['08E6:4433', '046A:0005'])('row 21: %s in EMV mode is told to leave it, once', async (identity) => {
    const escape: Answers = {
      0x6b: (command) => [reply(command, { type: 0x83 })],
      0x62: (command, count) => [count === 1 ? reply(command, { status: status.failedInactive, error: 0xbb }) : reply(command, { data: ATR })],
    };
    const { pipe, slot } = await opened(escape, model(identity, '1.00'));
    await slot.connect();
    expect(pipe.sent.map((message) => message.slice(0, 2) + message.slice(20))).toEqual(['62', '6B1F01', '62']);
  });

  it('row 21: BB for ever, and BB from another reader, is a fault', async () => {
    const always: Answers = {
      0x6b: (command) => [reply(command, { type: 0x83 })],
      0x62: (command) => [reply(command, { status: status.failedInactive, error: 0xbb })],
    };
    const gemplus = await opened(always, model('08E6:4433', '1.00'));
    await expect(gemplus.slot.connect()).rejects.toMatchObject({ code: 'READER_REPORTED_ERROR', facts: { error: 0xbb } });
    expect(gemplus.pipe.sent).toHaveLength(3);
    const other = await opened(always);
    await expect(other.slot.connect()).rejects.toMatchObject({ code: 'READER_REPORTED_ERROR' });
    expect(other.pipe.sent).toHaveLength(1);
  });

  it('row 25: OpenPGP card 1.0/2.0 has BWI 7, whatever its ATR says', () => {
    const bytes = unhex('3BFA1300FF813180450031C173C00100009000B1');
    expect(parseAtr(bytes).t1.bwi).toBe(4);
    expect(amendAtr(parseAtr(bytes), bytes).t1).toEqual({ ...parseAtr(bytes).t1, bwi: 7 });
    const other = unhex(ATR);
    expect(amendAtr(parseAtr(other), other)).toEqual(parseAtr(other));
  });

  it.each([
    { name: 'longer by one byte', change: (bytes: Bytes) => Uint8Array.of(...bytes, 0) },
    { name: 'shorter by one byte', change: (bytes: Bytes) => bytes.slice(0, -1) },
    { name: 'its first byte alone', change: (bytes: Bytes) => bytes.slice(0, 1) },
    { name: 'empty', change: () => new Uint8Array(0) },
  ])('B7 an ATR that is $name is not the one of row 25', ({ change }) => {
    const known = unhex('3BFA1300FF813180450031C173C00100009000B1');
    expect(amendAtr(parseAtr(known), known).t1.bwi).toBe(7);
    expect(amendAtr(parseAtr(known), change(known)).t1.bwi).toBe(4);
  });

  it('B51 an Escape answer above 64 KiB is a fault, and the slot works afterwards', async () => {
    const answers: Answers = {
      0x6b: (command, count) => [reply(command, { type: 0x83, ...(count === 1 ? { length: 0x1_0003 } : {}) })],
      0x62: (command, count) => [count % 2 === 1 ? reply(command, { status: status.failedInactive, error: 0xbb }) : reply(command, { data: ATR })],
    };
    const { pipe, slot } = await opened(answers, model('08E6:4433', '1.00'));
    await expect(slot.connect()).rejects.toMatchObject({ code: 'READER_MALFORMED_MESSAGE' });
    await slot.connect();
    expect(pipe.problems).toEqual([]);
  });

  it('row 26: Broadcom 5880 is used, with a caution', () => {
    expect(quirksOf(model('0A5C:5805', '1.01')).caution).toBe('longAnswersBroken');
  });

  it('a reader without a row is taken at its word', () => {
    const descriptor = descriptorWith({});
    expect(quirksOf(model('1209:0001', '1.00'))).toEqual({});
    expect(amendDescriptor(descriptor, {})).toEqual(descriptor);
    expect(amendTimeouts(ccidTimeouts, {})).toEqual(ccidTimeouts);
  });
});

describe('what every reader gets', () => {
  it('row 1: a descriptor behind the last endpoint', async () => {
    const pipe = new PipeDouble(wellBehaved, { configurationDescriptor: configuration(functionalDescriptor({ features: 0x2007e }), { afterEndpoints: true }) });
    const reader = await openReader(pipe, { timeouts: hasty });
    expect(reader.description.level).toBe('shortApdu');
    await reader.close();
  });

  it('row 2: class FF with descriptor type FF', async () => {
    const functional = functionalDescriptor({ features: 0x101ba }).replace(/^3621/u, '36FF');
    const pipe = new PipeDouble(wellBehaved, { configurationDescriptor: configuration(functional, { interfaceClass: 'FF' }) });
    const reader = await openReader(pipe, { timeouts: hasty });
    expect(reader.description.level).toBe('tpdu');
    await reader.close();
  });

  it('row 4: MySmartPad, dwMaxIFSD 0 and bVoltageSupport 0: IFSD 32 (open-points.md 16), one voltage, no loop', async () => {
    const functional = functionalDescriptor({ features: 0x10230, voltages: 0, protocols: 0x300 }).replace('FE000000', '00000000');
    const pipe = new PipeDouble(
      { ...wellBehaved, 0x62: (command) => [reply(command, { data: '3B800181' })], 0x6f: (command) => [reply(command, { data: '00E10120C0' })] },
      { configurationDescriptor: configuration(functional) },
    );
    const reader = await openReader(pipe, { timeouts: hasty });
    pipe.sent.length = 0;
    await reader.slots[0].connect();
    expect(pipe.sent.map((message) => message.slice(0, 2) + message.slice(20))).toEqual(['62', '611110004D002000', '6F00C10120E0']);
    expect(pipe.sent[0]?.slice(14, 16)).toBe('01');
  });

  it('row 6: a stray zero-length packet before an answer', async () => {
    const stray = (command: Bytes) => [{ packets: [new Uint8Array(0), reply(command, { data: '9000' })] }];
    const { slot } = await connected({ 0x6f: stray });
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
  });

  it('row 8: three seconds for a slot status, for all', () => {
    expect(ccidTimeouts.replyMs).toBe(3_000);
  });

  it('row 14: a response in parts at the short APDU level', async () => {
    const parts: Answers = {
      0x6f: (command) => [command[8] === 0x10 ? reply(command, { specific: 2, data: '029000' }) : reply(command, { specific: 1, data: '01' })],
    };
    const { slot } = await connected(parts, { features: 0x2007e });
    expect(hex(await slot.transmit(openly('00B0000000')))).toBe('01029000');
  });

  it('row 17: 263 means 270', () => {
    expect(readerDuties(descriptorWith({ dwMaxCCIDMessageLength: 263 }), true)).toMatchObject({ maximumMessageLength: 270, informationFieldLength: 254 });
  });

  it('rows 18 and 22: one bSeq and one command at a time for all slots', async () => {
    let running = 0;
    let most = 0;
    const slow: Answers = {
      0x62: (command) => {
        running++;
        most = Math.max(most, running);
        running--;
        return [reply(command, { data: ATR })];
      },
    };
    const { pipe, reader } = await opened(slow, { slots: 3 });
    await Promise.all(reader.slots.map((slot) => slot.connect()));
    expect(most).toBe(1);
    expect(new Set(pipe.sent.map((message) => message.slice(12, 14))).size).toBe(3);
  });

  it('row 23: an interrupt read is pending before the first status', async () => {
    let pendingAtFirstStatus: boolean | undefined;
    const options: OpenOptions = {};
    const answers: Answers = {
      0x65: (command) => {
        pendingAtFirstStatus ??= pipe?.interruptReadIsPending;
        return [slotStatus(command)];
      },
    };
    const pipe: PipeDouble | undefined = new PipeDouble(
      { ...wellBehaved, ...answers },
      { ...options, configurationDescriptor: configuration(functionalDescriptor({ features: 0x2007e })) },
    );
    const reader = await openReader(pipe, { timeouts: hasty });
    expect(pendingAtFirstStatus).toBe(true);
    await reader.close();
  });

  it('row 27: bogus numbers are clamped', () => {
    const odd = descriptorWith({ bMaxCCIDBusySlots: 0, dwDefaultClock: 1_024_000, bcdCCID: 0x1001, dwProtocols: 0x20003 });
    expect(readerDuties(odd, true)).toMatchObject({ busySlots: 1, defaultClockKhz: 4_000, protocols: [0, 1] });
  });

  it('row 28: present without power although we gave it: taken out and put back', async () => {
    const { slot } = await connected({ 0x65: (command) => [slotStatus(command, status.inactive)] });
    expect(await slot.presence()).toBe('inactive');
    await expect(slot.transmit(SELECT)).rejects.toMatchObject({ code: 'CARD_NOT_CONNECTED' });
  });

  it('row 29: after a sleep the card has no power; asking tells, and it can be connected again', async () => {
    let asleep = true;
    const { slot } = await connected({ 0x65: (command) => [slotStatus(command, asleep ? status.inactive : status.active)] });
    expect(await slot.presence()).toBe('inactive');
    await slot.connect();
    asleep = false;
    expect(await slot.presence()).toBe('active');
    expect(hex(await slot.transmit(SELECT))).toBe('9000');
  });
});
