/**
 * Which reader is taken without a person's word, and which others there are. One that was lost is waited for: another model is not
 * taken in its place unless it is plugged in by somebody, or a person says so.
 */
import { readerName } from '#reader';
import type { PermittedDevice, ReaderDevices } from '#usb';
import type { OtherReader } from './card-session.ts';

type Model = Pick<PermittedDevice, 'vendorId' | 'productId' | 'productName'>;

export class ReaderSearch {
  readonly #devices: ReaderDevices;
  readonly #changed: () => void;
  #lost: Model | undefined;
  #inUse: Model | undefined;
  /** Not offered again as long as they are plugged in: a page cannot use them. */
  readonly #refused = new Set<string>();
  #others: readonly OtherReader[] = [];
  /** Grows with every question, so that an answer that was overtaken is not shown. */
  #turn = 0;

  constructor(devices: ReaderDevices, changed: () => void) {
    this.#devices = devices;
    this.#changed = changed;
  }

  get others(): readonly OtherReader[] {
    return this.#others;
  }

  noteOpened(device: PermittedDevice): void {
    this.#inUse = device;
    this.#lost = undefined;
  }

  noteRefused({ key }: PermittedDevice): void {
    this.#refused.add(key);
  }

  noteLost(): void {
    this.#lost = this.#inUse;
  }

  /** True when this one is what was lost, or nothing was. */
  isAwaited(device: Model): boolean {
    return this.#lost === undefined || isSameModel(device, this.#lost);
  }

  /** To be tried in this order. */
  async candidates(): Promise<readonly PermittedDevice[]> {
    return (await this.#devices.known()).filter((device) => this.isAwaited(device));
  }

  async find(key: string): Promise<PermittedDevice | undefined> {
    return (await this.#devices.known()).find((device) => device.key === key);
  }

  /** Should it have gone meanwhile, or have come back as another device of the browser's. */
  async findLike(model: Model): Promise<PermittedDevice | undefined> {
    return (await this.#devices.known()).find((device) => isSameModel(device, model));
  }

  /** Asks again what else is plugged in, beside the reader with this key. */
  async refresh(keyInUse: string | undefined): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const known = await this.#devices.known().catch(() => []);
    if (turn !== this.#turn) return;
    const others = numbered(known).filter(({ key }) => key !== keyInUse && !this.#refused.has(key));
    if (JSON.stringify(others) === JSON.stringify(this.#others)) return;
    this.#others = others;
    this.#changed();
  }

  forget(): void {
    this.#turn += 1;
    this.#others = [];
  }
}

function isSameModel(left: Model, right: Model): boolean {
  return left.vendorId === right.vendorId && left.productId === right.productId && left.productName === right.productName;
}

function numbered(devices: readonly PermittedDevice[]): readonly OtherReader[] {
  const names = devices.map(readerName);
  return devices.map(({ key }, index) => {
    const name = names[index] ?? '';
    const isAlone = names.filter((other) => other === name).length === 1;
    const ordinal = names.slice(0, index + 1).filter((other) => other === name).length;
    return { key, name: isAlone ? name : `${name} (${String(ordinal)})` };
  });
}
