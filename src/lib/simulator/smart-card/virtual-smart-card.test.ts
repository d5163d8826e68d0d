/** `navigator.smartCard` of the double (spec/browser-and-readers.md §10). */
import { hex, unhex } from '#bytes';
import { describe, expect, it } from 'vitest';
import { virtualReader, VirtualSmartCardError, type Fault, type VirtualReader } from '../index.ts';
import { image } from '../test/host.ts';

const SELECT = '00A4040C10A0000002310600000000000000000000';

async function desk(withCard = true) {
  const reader = virtualReader({ profile: 'web-smart-card', ...(withCard ? { card: await image() } : {}) });
  const context = await reader.smartCard?.establishContext();
  if (context === undefined) throw new Error('no smart card');
  const [name] = await context.listReaders();
  return { reader, context, name: name ?? '' };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof VirtualSmartCardError ? error.responseCode : String(error);
  }
  return 'none';
}

it('exists where the profile has it', () => {
  expect(virtualReader().smartCard).toBeUndefined();
});

it('lists, connects with T=1, transmits, disconnects', async () => {
  const { context, name, reader } = await desk();
  const { connection, activeProtocol } = await context.connect(name, 'exclusive', { preferredProtocols: ['t0', 't1'] });
  expect(activeProtocol).toBe('t1');
  expect(hex(new Uint8Array(await connection.transmit(unhex(SELECT), { protocol: 't1' })))).toBe('9000');
  expect((await connection.status()).state).toBe('negotiable');
  await connection.disconnect('unpower');
  expect(reader.card?.snapshot().powered).toBe(false);
  expect(await codeOf(connection.transmit(unhex(SELECT)))).toMatch(/InvalidStateError/u);
  reader.assertNoUnexpectedInput();
});

describe('states', () => {
  it('answers at once when unaware, waits when the state is known', async () => {
    const { context, name, reader } = await desk();
    const [state] = await context.getStatusChange([{ readerName: name, currentState: { unaware: true } }]);
    expect(state?.eventState).toMatchObject({ present: true, changed: true });
    expect(hex(new Uint8Array(state?.answerToReset ?? new ArrayBuffer(0)))).toBe('3B888001000005E0B381A1007F');
    const change = context.getStatusChange([{ readerName: name, currentState: { present: true } }]);
    reader.removeCard();
    expect((await change)[0]?.eventState).toMatchObject({ empty: true, changed: true });
  });

  it('ends by time-out and by signal', async () => {
    const { context, name } = await desk();
    const states = [{ readerName: name, currentState: { present: true } }];
    expect(await codeOf(context.getStatusChange(states, { timeout: 5 }))).toMatch(/TimeoutError/u);
    const controller = new AbortController();
    const waiting = codeOf(context.getStatusChange(states, { signal: controller.signal }));
    controller.abort();
    expect(await waiting).toMatch(/AbortError/u);
  });

  it('tells of a reader that is unplugged', async () => {
    const { context, name, reader } = await desk();
    const change = context.getStatusChange([{ readerName: String.raw`\\?PnP?\Notification`, currentState: {} }]);
    reader.unplug();
    await change;
    expect(await context.listReaders()).toEqual([]);
    expect(await codeOf(context.connect(name, 'shared', { preferredProtocols: ['t1'] }))).toBe('reader-unavailable');
  });
});

describe('response codes', () => {
  it.each<{ code: string; card?: boolean; faults?: readonly Fault[]; act?: (reader: VirtualReader) => void; protocols?: readonly ('t0' | 't1')[] }>([
    { code: 'no-smartcard', card: false },
    { code: 'sharing-violation', faults: [{ kind: 'otherClient' }] },
    { code: 'proto-mismatch', protocols: [] },
  ])('connect: $code', async ({ code, card = true, faults = [], protocols = ['t1'] }) => {
    const { context, name, reader } = await desk(card);
    reader.faults.set(faults);
    expect(await codeOf(context.connect(name, 'exclusive', { preferredProtocols: protocols }))).toBe(code);
  });

  it.each<{ code: string; faults?: readonly Fault[]; act?: (reader: VirtualReader) => void }>([
    { code: 'removed-card', act: (reader) => reader.removeCard() },
    { code: 'reader-unavailable', act: (reader) => reader.unplug() },
    { code: 'reset-card', act: (reader) => reader.card?.powerOff() },
    { code: 'removed-card', faults: [{ kind: 'cardRemoved', executed: true }] },
    { code: 'not-transacted', faults: [{ kind: 'cardMute', executed: false }] },
  ])('transmit: $code', async ({ code, faults = [], act }) => {
    const { context, name, reader } = await desk();
    const { connection } = await context.connect(name, 'exclusive', { preferredProtocols: ['t1'] });
    reader.faults.set(faults);
    act?.(reader);
    expect(await codeOf(connection.transmit(unhex(SELECT)))).toBe(code);
  });
});
