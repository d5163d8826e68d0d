/**
 * WebCrypto under virtual time: its calls work in other threads, so their answers would come in whatever order the machine likes. Here they are
 * held back until everything else has come to rest, then given one by one in the order of the calls.
 */

/** Answers of pure calls by method and arguments: the same question is computed once. */
export type RememberedCalls = Map<string, Promise<unknown>>;

/** Pure functions of their arguments: same key, same bytes, same answer. */
const pure: ReadonlySet<string> = new Set(['digest', 'verify', 'importKey']);
/** Answers kept. Bytes that a fault made are seldom seen again. */
const MOST_REMEMBERED = 2_000;

interface HeldCall {
  readonly answer: Promise<unknown>;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

export class HeldWebCrypto {
  readonly #remembered: RememberedCalls | undefined;
  readonly #keyNumbers = new WeakMap<object, number>();
  #keys = 0;
  #held: HeldCall[] = [];
  #holds = false;

  constructor(remembered: RememberedCalls | undefined) {
    this.#remembered = remembered;
  }

  install(): void {
    const { subtle } = crypto;
    const held = new Proxy(subtle, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function' || typeof name !== 'string') return method;
        return (...args: readonly unknown[]) => this.#given(this.#ask(target, name, method as Method, args));
      },
    });
    Object.defineProperty(crypto, 'subtle', { value: held, configurable: true });
  }

  uninstall(): void {
    Reflect.deleteProperty(crypto, 'subtle'); // The platform's own is on the prototype.
  }

  /** From here on answers wait for `giveNext`. */
  hold(): void {
    this.#held = [];
    this.#holds = true;
  }

  /** Calls are answered as ever; those still held are answered to nobody. */
  letGo(): void {
    this.#held = [];
    this.#holds = false;
  }

  /** Gives the oldest answer that is held, when it is there. False: there is none to wait for. */
  async giveNext(): Promise<boolean> {
    const call = this.#held.shift();
    if (call === undefined) return false;
    try {
      call.resolve(await call.answer);
    } catch (thrown) {
      call.reject(thrown);
    }
    return true;
  }

  #given(answer: Promise<unknown>): Promise<unknown> {
    if (!this.#holds) return answer;
    answer.catch(() => undefined); // told to whoever asked, when it is their turn
    return new Promise((resolve, reject) => this.#held.push({ answer, resolve, reject }));
  }

  #ask(target: SubtleCrypto, name: string, method: Method, args: readonly unknown[]): Promise<unknown> {
    const work = (): Promise<unknown> => Promise.resolve(Reflect.apply(method, target, args));
    if (this.#remembered === undefined || !pure.has(name)) return work();
    const question = `${name} ${this.#nameOf(args)}`;
    const known = this.#remembered.get(question);
    if (known !== undefined) return known;
    const answer = work();
    if (this.#remembered.size < MOST_REMEMBERED) this.#remembered.set(question, answer);
    return answer;
  }

  #nameOf(value: unknown): string {
    if (value instanceof CryptoKey) return `key ${String(this.#keyNumber(value))}`;
    if (value instanceof ArrayBuffer) return textOf(new Uint8Array(value));
    if (ArrayBuffer.isView(value)) return textOf(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value : String(value);
    return `{${Object.entries(value)
      .map(([name, entry]) => `${name}:${this.#nameOf(entry)}`)
      .join()}}`;
  }

  #keyNumber(key: CryptoKey): number {
    const known = this.#keyNumbers.get(key) ?? ++this.#keys;
    this.#keyNumbers.set(key, known);
    return known;
  }
}

function textOf(bytes: Uint8Array): string {
  let text = `${String(bytes.length)}:`;
  for (let offset = 0; offset < bytes.length; offset += 4096) text += String.fromCharCode(...bytes.subarray(offset, offset + 4096));
  return text;
}
