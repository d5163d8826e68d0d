/** The diagnosis desk over every virtual reader that WebUSB or WebHID reaches: what it tells, what it keeps to itself, how it ends. */
import { afterAll, describe, expect, it } from 'vitest';
import { hex } from '#bytes';
import { rcS300Profile, readerNames, virtualReader, type Fault, type ReaderProfileName, type VirtualReader, type VirtualReaderOptions } from '#simulator';
import { readerDevicesOf } from '#usb';
import type { DiagnosisReport, DiagnosisStep, DiagnosisStepName } from './diagnosis-report.ts';
import { diagnosisOver, type Diagnosis } from './diagnosis.ts';
import { image, impatient, TEST_INSTANT } from './test/counter.ts';

const opened: Diagnosis[] = [];
afterAll(async () => {
  for (const one of opened.splice(0)) await one.close();
});

function deskOver(reader: VirtualReader, hasty = true): Diagnosis {
  const desk = diagnosisOver({
    devices: readerDevicesOf(reader.usb, reader.hid, reader.smartCard),
    mode: 'service',
    appBuild: '0.0.0+test',
    now: () => TEST_INSTANT,
    nowMs: () => performance.now(),
    readerOptions: hasty ? { timeouts: impatient } : {},
  });
  opened.push(desk);
  return desk;
}

async function diagnosed(options: VirtualReaderOptions, hasty = true): Promise<{ reader: VirtualReader; desk: Diagnosis; report: DiagnosisReport }> {
  const reader = virtualReader(options);
  const desk = deskOver(reader, hasty);
  await desk.useKnownReader();
  return { reader, desk, report: reportOf(desk) };
}

function reportOf({ state }: Diagnosis): DiagnosisReport {
  if (state.report === undefined) throw new Error(`no report: ${String(state.fault?.code)}`);
  return state.report;
}

function stepsOf({ steps }: DiagnosisReport, wanted: DiagnosisStepName): readonly DiagnosisStep[] {
  return steps.filter(({ step }) => step === wanted);
}

function factsOf(report: DiagnosisReport, wanted: DiagnosisStepName): object {
  const [step] = stepsOf(report, wanted);
  if (step?.outcome !== 'done') throw new Error(`${wanted}: ${JSON.stringify(step)}`);
  return step.facts;
}

const outcomes = ({ steps }: DiagnosisReport): string[] => steps.map(({ step, outcome }) => `${step} ${outcome}`);

const names = Object.entries(readerNames);
/** ../shared/spec/browser-and-readers.md §6.8: the five ways to reach a card. */
const strategies: Readonly<Record<string, string>> = { 'rcs300-t1': 'T1', 'rcs300-t2': 'T2', 'rcs300-t3': 'T3', 'rcs300-t4': 'T4', 'rcs300-t5': 'T5' };

describe.each(names)('%s', (name, profile) => {
  it('with the standard card: every step done, no try used, nothing read but WEF01', async () => {
    const { reader, report } = await diagnosed({ profile, card: await image('standard') }, false);
    expect(report.steps.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    expect(factsOf(report, 'driver')).toMatchObject({ slots: 1 });
    expect(factsOf(report, 'presence')).toEqual({ presence: 'inactive' });
    const { strategy } = factsOf(report, 'cardPower') as { strategy?: string };
    expect(strategy).toBe(strategies[name]);
    expect(factsOf(report, 'selectCardInfo')).toEqual({ application: 'selected' });
    expect(factsOf(report, 'selectLicence')).toEqual({ application: 'selected' });
    expect(factsOf(report, 'numberBTries')).toEqual({ tries: 'tries', triesLeft: 10 });
    expect(factsOf(report, 'pinSetting')).toEqual({ pinIsSet: true });
    expect(factsOf(report, 'licencePinTries')).toEqual({ tries: 'tries', triesLeft: 10 });
    // SELECT, the empty VERIFY, READ BINARY of WEF01 (short identifier 1A, so P1 = 9A; spec/licence-applet.md): ISO/IEC 7816-4 §11.
    for (const { ins, p1, dataLength } of reader.cardLog) {
      expect([0xa4, 0x20, 0xb0]).toContain(ins);
      if (ins === 0x20) expect(dataLength).toBe(0);
      if (ins === 0xb0) expect(p1).toBe(0x9a);
    }
    reader.assertNoUnexpectedInput();
    expect(reader.card?.snapshot().powered).toBe(false);
  });

  it('without a card: the reader alone is told, the card steps say why not', async () => {
    const { report } = await diagnosed({ profile }, false);
    expect(factsOf(report, 'presence')).toEqual({ presence: 'absent' });
    expect(report.steps.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(stepsOf(report, 'cardPower')).toEqual([{ step: 'cardPower', slot: 0, outcome: 'notTaken', why: 'noCard' }]);
    expect(outcomes(report).at(-1)).toBe('letGo done');
  });
});

describe('what is told', () => {
  it('of a composite reader both interfaces, the one that is claimed and the one that cannot be', async () => {
    const { report } = await diagnosed({ profile: 'rcs300-t1' });
    expect(factsOf(report, 'find')).toMatchObject({ deviceId: '054C:0DC8', name: 'RC-S300/S' });
    expect(factsOf(report, 'open')).toMatchObject({ interface: 1, interfaceClass: 'FF 00 00' });
    const [protectedOne, vendor] = stepsOf(report, 'descriptor');
    expect(protectedOne).toMatchObject({
      outcome: 'done',
      facts: { interface: 0, interfaceClass: '0B 00 00', level: 'extendedApdu', claimable: false, slots: 1 },
    });
    expect(vendor).toMatchObject({ outcome: 'done', facts: { interface: 1, interfaceClass: 'FF 00 00' } });
    // The published class descriptor of 054C:0DC8 stands in the file byte by byte (spec/ccid.md §15).
    expect(report.configurationDescriptor).toContain('36211001000702000000A00F0000A00F0000');
  });

  it('of a TPDU reader what the host has to do', async () => {
    const { report } = await diagnosed({ profile: 'ccid-tpdu-t1' });
    expect(factsOf(report, 'descriptor')).toMatchObject({ level: 'tpdu', claimable: true });
    expect(String((factsOf(report, 'descriptor') as { hostDuties?: string }).hostDuties)).toContain('t1');
  });

  it.each([
    { card: 'no-licence', step: 'selectLicence', facts: { application: 'absent' } },
    { card: 'pin-unset', step: 'pinSetting', facts: { pinIsSet: false } },
    { card: 'pin-locked', step: 'licencePinTries', facts: { tries: 'blocked' } },
  ] as const)('of the card $card', async ({ card, step, facts }) => {
    const { report } = await diagnosed({ card: await image(card) });
    expect(factsOf(report, step)).toEqual(facts);
  });

  it('each step has its exchanges, and all of a message but its header is left out', async () => {
    const { report } = await diagnosed({ card: await image('standard') });
    const [power] = stepsOf(report, 'cardPower');
    if (power?.outcome !== 'done') throw new Error('no power');
    expect(power.exchanges.map(({ kind }) => kind)).toContain('cardPowerOn');
    const [select] = stepsOf(report, 'selectCardInfo');
    if (select?.outcome !== 'done') throw new Error('no select');
    // SELECT of a 10-byte AID: 5 + 10 bytes, 00 A4 04 0C (spec/card-info-applet.md §1.1); PC_to_RDR_XfrBlock is 6F.
    expect(select.exchanges.find(({ kind }) => kind === 'cardCommand')).toMatchObject({
      sent: { length: 15, header: '00A4040C' },
      received: { length: 2 },
      statusWord: '9000',
    });
    const out = select.exchanges.find(({ kind }) => kind === 'bulkOut');
    expect(out?.sent).toMatchObject({ length: 25 });
    expect(out?.sent?.header).toMatch(/^6F0F000000[0-9A-F]{10}$/u);
    const taken = report.steps.filter((step) => step.outcome !== 'notTaken');
    expect(Math.min(...taken.map(({ ms }) => ms))).toBeGreaterThanOrEqual(0);
    const headers = taken.flatMap(({ exchanges }) => exchanges.flatMap(({ sent, received }) => [sent?.header, received?.header]));
    for (const header of headers) expect(header ?? '').toMatch(/^(?:[0-9A-F]{2}){0,10}$/u);
  });
});

describe('the file', () => {
  it('says format, build and browser, and comes only with a whole report', async () => {
    const reader = virtualReader({ card: await image('standard') });
    const desk = deskOver(reader);
    expect(desk.exportJson('Browser/1')).toBeUndefined();
    const running = desk.useKnownReader();
    expect(desk.exportJson('Browser/1')).toBeUndefined();
    await running;
    const file = JSON.parse(desk.exportJson('Browser/1') ?? '{}');
    expect(file).toMatchObject({
      format: 'madoguchi-reader-diagnosis/1',
      appBuild: '0.0.0+test',
      userAgent: 'Browser/1',
      at: '2026-12-01T00:00:00.000Z',
      mode: 'service',
    });
    expect(JSON.parse(desk.exportJson('x'.repeat(5000)) ?? '{}').userAgent).toHaveLength(512);
  });

  it.each(names)('holds no serial number, nothing from a file of the card and not its PUPI: %s', async (name, profile) => {
    const card = await image('standard');
    const { desk } = await diagnosed({ profile, card }, false);
    const text = desk.exportJson('Browser/1') ?? '';
    expect(text.length).toBeGreaterThan(1000);
    for (const serialNumber of ['PRACTICE-1', 'serialNumber']) expect(text).not.toContain(serialNumber);
    // ATQB: 50, PUPI (4), application data, protocol info. ISO/IEC 14443-3 §7.9.
    expect(text).not.toContain(hex(card.atqb.slice(1, 5)));
    const files = card.applications.flatMap((application) => [...application.files.values()]).filter(({ bytes }) => bytes.length >= 8);
    expect(files.length).toBeGreaterThan(4);
    for (const { bytes } of files) expect(text, name).not.toContain(hex(bytes.slice(0, 8)));
  });
});

describe('how it ends', () => {
  it('a reader of a protected class: told what it is, refused with the code, nothing more', async () => {
    const { report } = await diagnosed({ profile: 'protectedClass' });
    expect(outcomes(report)).toEqual(['find done', 'open failed', 'driver notTaken', 'presence notTaken']);
    expect(stepsOf(report, 'open')).toMatchObject([{ fault: { code: 'PROTECTED_CLASS' } }]);
    expect(factsOf(report, 'find')).toEqual({ deviceId: '08E6:3437', name: 'USB SmartCard Reader' });
  });

  it('a reader that nothing of ours reaches: each way that was tried is in the fault', async () => {
    const { report } = await diagnosed({ profile: rcS300Profile({ strategy: 'none' }), card: await image('standard') });
    expect(stepsOf(report, 'cardPower')).toMatchObject([{ outcome: 'failed', fault: { code: 'READER_UNSUPPORTED', facts: { T1: 'READER_REPORTED_ERROR' } } }]);
    expect(stepsOf(report, 'selectLicence')).toMatchObject([{ outcome: 'notTaken', why: 'faultBefore' }]);
    expect(outcomes(report).at(-1)).toBe('letGo done');
  });

  const faults: readonly { name: string; fault: Fault; failed: string }[] = [
    { name: 'held by another page', fault: { kind: 'claimFails', times: 'endless' }, failed: 'open INTERFACE_BUSY' },
    { name: 'unplugged in the first talk', fault: { kind: 'unplugAtInByte', byte: 1 }, failed: 'driver READER_LOST' },
    { name: 'unplugged while the card talks', fault: { kind: 'unplugAtInByte', byte: 60 }, failed: 'READER_LOST' },
  ];
  it.each(faults)('$name: one step ends in its code, and the report is whole', async ({ fault, failed }) => {
    const reader = virtualReader({ card: await image('standard') });
    reader.faults.add(fault);
    const desk = deskOver(reader);
    await desk.useKnownReader();
    const found = reportOf(desk).steps.flatMap((step) => (step.outcome === 'failed' ? [`${step.step} ${step.fault.code}`] : []));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(failed);
    expect(desk.state.running).toBeUndefined();
    expect(desk.exportJson('Browser/1')).toBeDefined();
  });

  it.each(['presence', 'cardPower', 'selectCardInfo', 'numberBTries', 'selectLicence', 'licencePinTries'] as const)(
    'the cable is pulled at %s, put back, and the next diagnosis is clean',
    async (at) => {
      const reader = virtualReader({ card: await image('standard') });
      const desk = deskOver(reader);
      const stop = desk.subscribe(() => {
        if (desk.state.running === at) reader.unplug();
      });
      await desk.useKnownReader();
      stop();
      const failed = reportOf(desk).steps.filter(({ outcome }) => outcome === 'failed');
      expect(failed).toMatchObject([{ step: at, fault: { code: 'READER_LOST' } }]);
      const back = new Promise((resolve) => reader.usb.addEventListener('connect', resolve));
      reader.plugIn();
      await back;
      await desk.useKnownReader();
      expect(reportOf(desk).steps.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    },
  );

  it('the card is taken in the middle: what came before stands, what comes after says why not', async () => {
    const reader = virtualReader({ card: await image('standard') });
    const desk = deskOver(reader);
    desk.subscribe(() => {
      if (desk.state.running === 'numberBTries') reader.removeCard();
    });
    await desk.useKnownReader();
    const report = reportOf(desk);
    expect(factsOf(report, 'selectCardInfo')).toEqual({ application: 'selected' });
    expect(stepsOf(report, 'numberBTries')[0]?.outcome).toBe('failed');
    expect(stepsOf(report, 'licencePinTries')).toMatchObject([{ outcome: 'notTaken', why: 'faultBefore' }]);
    expect(outcomes(report).at(-1)).toBe('letGo done');
  });

  it('closing lets the reader go wherever it is, and nothing is told any more', async () => {
    for (const at of ['find', 'open', 'driver', 'presence', 'cardPower', 'selectLicence'] as const) {
      const reader = virtualReader({ card: await image('standard') });
      const desk = deskOver(reader);
      let closing: Promise<void> | undefined;
      let told = 0;
      desk.subscribe(() => {
        told += 1;
        if (desk.state.running === at) closing ??= desk.close();
      });
      await desk.useKnownReader();
      await closing;
      const before = told;
      await desk.useKnownReader();
      expect(told, at).toBe(before);
      // Another page may have it now.
      const next = deskOver(reader);
      await next.useKnownReader();
      expect(factsOf(reportOf(next), 'licencePinTries'), at).toEqual({ tries: 'tries', triesLeft: 10 });
    }
  });

  it('no reader: nothing happens; no WebHID: said so', async () => {
    const reader = virtualReader({ permitted: false });
    const desk = diagnosisOver({ devices: readerDevicesOf(reader.usb), mode: 'service', appBuild: 'x', now: () => TEST_INSTANT, nowMs: () => 0 });
    await desk.useKnownReader();
    expect(desk.state).toEqual({ running: undefined, report: undefined, fault: undefined });
    await desk.chooseReader('hidBridge');
    expect(desk.state.fault?.code).toBe('WEBHID_UNSUPPORTED');
  });

  it('two at a time are one', async () => {
    const profile: ReaderProfileName = 'practice';
    const desk = deskOver(virtualReader({ profile }));
    await Promise.all([desk.useKnownReader(), desk.useKnownReader()]);
    expect(stepsOf(reportOf(desk), 'open')).toHaveLength(1);
  });
});
