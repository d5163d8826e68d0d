import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readerDevicesOf } from './browser-devices.ts';
import type { PermittedDevice } from './browser-devices-port.ts';
import { vendorReader } from './test/devices.ts';
import { FakeUsb } from './test/fake-usb.ts';
import type { WebSmartCard, WebSmartCardContext, WebSmartCardStateIn } from './web-smart-card.ts';

/** A PC/SC service with named readers; only listing and the pseudo reader, as this room uses no more. */
class FakeSmartCard implements WebSmartCard {
  names: string[];
  refusal: DOMException | undefined;
  readonly asked: WebSmartCardStateIn[] = [];
  #wake: (() => void)[] = [];
  #waiting = 0;

  constructor(...names: string[]) {
    this.names = names;
  }

  get waiting(): number {
    return this.#waiting;
  }

  async establishContext(): Promise<WebSmartCardContext> {
    if (this.refusal !== undefined) throw this.refusal;
    return {
      listReaders: async () => [...this.names],
      getStatusChange: async (states, { signal }) => {
        this.asked.push(...states);
        this.#waiting++;
        try {
          await new Promise<void>((resolve, reject) => {
            this.#wake.push(resolve);
            signal?.addEventListener('abort', () => {
              reject(new DOMException('aborted', 'AbortError'));
            });
          });
        } finally {
          this.#waiting--;
        }
        return [];
      },
      connect: () => Promise.reject(new Error('not asked for')),
    };
  }

  change(...names: string[]): void {
    this.names = names;
    for (const wake of this.#wake.splice(0)) wake();
  }
}

const devicesOf = (smartCard: WebSmartCard, usb = new FakeUsb()): ReturnType<typeof readerDevicesOf> => readerDevicesOf(usb, undefined, smartCard);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('readers of the operating system', () => {
  it('are listed last, by name, without an identity that PC/SC does not tell', async () => {
    const [first, second] = await devicesOf(new FakeSmartCard('ACS ACR122U 0'), new FakeUsb(vendorReader())).known();
    expect(first?.productId).toBe(0x511a);
    expect(second).toMatchObject({ key: 'pcsc-ACS ACR122U 0', vendorId: 0, productId: 0, productName: 'ACS ACR122U 0' });
  });

  it('an opened one holds nothing, and closes once', async () => {
    const [device] = await devicesOf(new FakeSmartCard('Reader 0')).known();
    const pipe = await device?.open();
    expect(pipe?.description).toEqual({ vendorId: 0, productId: 0, productName: 'Reader 0' });
    await pipe?.close();
    await pipe?.close();
    await pipe?.closed;
  });

  it('a page that may not use them has none, and its USB readers all the same', async () => {
    const smartCard = new FakeSmartCard('Reader 0');
    const devices = devicesOf(smartCard, new FakeUsb(vendorReader()));
    const [, device] = await devices.known();
    smartCard.refusal = new DOMException('no', 'NotAllowedError');
    expect(await devices.known()).toHaveLength(1);
    await expect(device?.open()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });

  it('tells one that is plugged in, once, and not one that was there', async () => {
    const smartCard = new FakeSmartCard('A 0');
    const told: PermittedDevice[] = [];
    const stop = devicesOf(smartCard).onPluggedIn((device) => told.push(device));
    await vi.advanceTimersByTimeAsync(0);
    expect(smartCard.asked.map(({ readerName }) => readerName)).toEqual(['\\\\?PnP?\\Notification']);
    smartCard.change('A 0', 'B 0');
    await vi.advanceTimersByTimeAsync(1_000);
    smartCard.change('B 0');
    await vi.advanceTimersByTimeAsync(1_000);
    smartCard.change('A 0', 'B 0');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.map(({ productName }) => productName)).toEqual(['B 0', 'A 0']);
    stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(smartCard.waiting).toBe(0);
    smartCard.change('C 0');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toHaveLength(2);
  });

  it('a pseudo reader that answers at once for ever is asked once a second', async () => {
    const smartCard = new FakeSmartCard();
    let asked = 0;
    const context = await smartCard.establishContext();
    const hasty: WebSmartCard = {
      establishContext: async () => ({
        ...context,
        getStatusChange: async () => {
          asked++;
          return [];
        },
      }),
    };
    const stop = devicesOf(hasty).onPluggedIn(() => undefined);
    await vi.advanceTimersByTimeAsync(3_500);
    expect(asked).toBe(4);
    stop();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked).toBeLessThanOrEqual(5);
  });
});
