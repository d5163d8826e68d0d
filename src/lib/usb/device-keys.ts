/**
 * A key for each plugged-in device. The browser gives the same object for the same device while something holds it, so it is
 * held here until it is gone; after unplug and replug it is another object.
 */
export class DeviceKeys<Device extends object> {
  readonly #prefix: string;
  readonly #keys = new Map<Device, string>();
  #count = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  of(device: Device): string {
    const known = this.#keys.get(device);
    if (known !== undefined) return known;
    this.#count += 1;
    const key = `${this.#prefix}-${String(this.#count)}`;
    this.#keys.set(device, key);
    return key;
  }

  keepOnly(devices: readonly Device[]): void {
    for (const device of this.#keys.keys()) {
      if (!devices.includes(device)) this.#keys.delete(device);
    }
  }
}
