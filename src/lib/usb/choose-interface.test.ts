import { describe, expect, it } from 'vitest';
import {
  chooseConfiguration,
  chooseInterface,
  interfaceOf,
  siblingInterfaces,
  type AlternateView,
  type ConfigurationView,
  type EndpointView,
} from './choose-interface.ts';

const bulkIn: EndpointView = { endpointNumber: 2, direction: 'in', type: 'bulk', packetSize: 64 };
const bulkOut: EndpointView = { endpointNumber: 3, direction: 'out', type: 'bulk', packetSize: 64 };
const interruptIn: EndpointView = { endpointNumber: 1, direction: 'in', type: 'interrupt', packetSize: 8 };
const alternate = (interfaceClass: number, ...endpoints: EndpointView[]): AlternateView => ({
  interfaceClass,
  interfaceSubclass: 0,
  interfaceProtocol: 0,
  endpoints,
});
const full = (interfaceClass: number): AlternateView[] => [alternate(interfaceClass, interruptIn, bulkIn, bulkOut)];
const configuration = (interfaces: Record<number, AlternateView[]>, configurationValue = 1): ConfigurationView => ({
  configurationValue,
  interfaces: Object.entries(interfaces).map(([number, alternates]) => ({ interfaceNumber: Number(number), alternates })),
});

describe('chooseInterface', () => {
  const rows: { name: string; source: string; interfaces: Record<number, AlternateView[]>; described: number[]; chosen: number | undefined }[] = [
    {
      name: 'RC-S300: the vendor sibling of a described smart-card interface',
      source: '§6.1',
      interfaces: { 0: full(0x0b), 1: full(0xff) },
      described: [0],
      chosen: 1,
    },
    { name: 'Dell SK-3106: interface 1 beside a keyboard', source: '§8.2', interfaces: { 0: full(0x03), 1: full(0xff) }, described: [1], chosen: 1 },
    { name: 'described vendor before plain vendor', source: '§8.1', interfaces: { 0: full(0xff), 1: full(0xff) }, described: [1], chosen: 1 },
    { name: 'lowest of two described', source: '§8.1', interfaces: { 2: full(0xff), 1: full(0xff) }, described: [1, 2], chosen: 1 },
    { name: 'lowest of two plain ones', source: '§1.3', interfaces: { 5: full(0xff), 4: full(0xff) }, described: [], chosen: 4 },
    { name: 'smart card alone, to be refused by the browser', source: '§3.1', interfaces: { 0: full(0x0b) }, described: [0], chosen: 0 },
    { name: 'plain vendor before smart card', source: '§1.1', interfaces: { 0: full(0x0b), 3: full(0xff) }, described: [], chosen: 3 },
    { name: 'ICCD token without endpoints', source: '§8.2, 0973:0003', interfaces: { 0: [alternate(0xff)] }, described: [0], chosen: undefined },
    { name: 'bulk IN only', source: 'USB 2.0 §9.6.6', interfaces: { 0: [alternate(0xff, bulkIn)] }, described: [0], chosen: undefined },
    {
      name: 'bulk packets of 0 bytes',
      source: 'hostile',
      interfaces: { 0: [alternate(0xff, { ...bulkIn, packetSize: 0 }, bulkOut)] },
      described: [0],
      chosen: undefined,
    },
    { name: 'mass storage', source: '§3.1', interfaces: { 0: full(0x08) }, described: [0], chosen: undefined },
    { name: 'only alternate 0 counts', source: '§5.1', interfaces: { 0: [alternate(0xff), ...full(0xff)] }, described: [0], chosen: undefined },
    { name: 'no alternates', source: 'hostile', interfaces: { 0: [] }, described: [0], chosen: undefined },
    { name: 'no interfaces', source: 'hostile', interfaces: {}, described: [], chosen: undefined },
  ];
  it.each(rows)('$name ($source)', ({ interfaces, described, chosen }) => {
    expect(chooseInterface(configuration(interfaces), (number) => described.includes(number))?.interfaceNumber).toBe(chosen);
  });

  it('finds endpoints by type and direction', () => {
    expect(chooseInterface(configuration({ 0: full(0xff) }), () => true)).toMatchObject({ bulkIn, bulkOut, interruptIn });
  });

  it('does without an interrupt endpoint, and without one that carries nothing', () => {
    expect(chooseInterface(configuration({ 0: [alternate(0xff, bulkIn, bulkOut)] }), () => true)?.interruptIn).toBeUndefined();
    const useless = { ...interruptIn, packetSize: 0 };
    expect(chooseInterface(configuration({ 0: [alternate(0xff, useless, bulkIn, bulkOut)] }), () => true)?.interruptIn).toBeUndefined();
  });
});

describe('chooseConfiguration', () => {
  const storage = configuration({ 0: full(0x08) }, 1);
  const readerTwo = configuration({ 0: full(0xff) }, 2);
  const readerThree = configuration({ 0: full(0xff) }, 3);

  it.each([
    { name: 'the active one', active: 3, chosen: 3 },
    { name: 'the first usable when none is active', active: undefined, chosen: 2 },
    { name: 'the first usable when the active one is not', active: 1, chosen: 2 },
  ])('$name', ({ active, chosen }) => {
    expect(chooseConfiguration([storage, readerTwo, readerThree], active)?.configurationValue).toBe(chosen);
  });

  it('none', () => {
    expect(chooseConfiguration([storage], 1)).toBeUndefined();
    expect(chooseConfiguration([], undefined)).toBeUndefined();
  });
});

describe('several smart-card interfaces on one device', () => {
  it.each([
    { name: 'contacts and antenna', interfaces: { 1: full(0x0b), 0: full(0x0b) }, siblings: [0, 1] },
    { name: 'beside a keyboard', interfaces: { 0: full(0x03), 2: full(0x0b), 1: full(0x0b) }, siblings: [1, 2] },
    { name: 'one alone', interfaces: { 0: full(0x0b) }, siblings: [] },
    { name: 'a vendor interface comes first (RC-S300)', interfaces: { 0: full(0x0b), 1: full(0xff), 2: full(0x0b) }, siblings: [] },
    { name: 'one of them an ICCD token', interfaces: { 0: full(0x0b), 1: [alternate(0x0b)] }, siblings: [] },
    { name: 'none', interfaces: {}, siblings: [] },
  ])('$name', ({ interfaces, siblings }) => {
    expect(siblingInterfaces(configuration(interfaces))).toEqual(siblings);
  });

  it('is taken by its number, and not if it could not be used', () => {
    const two = configuration({ 0: full(0x0b), 1: full(0x0b), 2: full(0x03) });
    expect(interfaceOf(two, 1)?.interfaceNumber).toBe(1);
    expect(interfaceOf(two, 2)).toBeUndefined();
  });
});
