/** A double of the Web Smart Card API for this room's tests: one reader, one card, what it was asked, and how the next calls fail. */
import { hex, unhex, type Bytes } from '#bytes';
import type { SmartCardPipe } from '#usb';

type Call = 'getStatusChange' | 'connect' | 'status' | 'transmit' | 'disconnect';
/** A responseCode, the name of a DOMException, or no answer at all. */
export type Failure = { readonly responseCode: string } | { readonly exception: string } | 'hang';

export class SmartCardDouble implements SmartCardPipe {
  readonly description = { vendorId: 0, productId: 0, productName: 'Double 0' };
  readonly closed: Promise<void>;
  readonly calls: string[] = [];
  readonly failures = new Map<Call, Failure[]>();
  cardPresent = true;
  flags: Readonly<Record<string, boolean>> | undefined;
  atr: Bytes | undefined = unhex('3B888001000000000081810009');
  activeProtocol: 't0' | 't1' | undefined = 't1';
  response: Bytes = unhex('9000');
  closeCount = 0;
  #tellClosed: () => void = () => undefined;
  #connectHeld: Promise<void> = Promise.resolve();

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
  }

  readonly context: SmartCardPipe['context'] = {
    listReaders: async () => ['Double 0'],
    getStatusChange: async ([state]) => {
      await this.#answer('getStatusChange', state?.readerName ?? '');
      return [{ readerName: 'Double 0', eventState: this.flags ?? (this.cardPresent ? { present: true } : { empty: true }) }];
    },
    connect: async (name, mode, { preferredProtocols }) => {
      await this.#answer('connect', `${name} ${mode} ${preferredProtocols.join('/')}`);
      await this.#connectHeld;
      if (!this.cardPresent) throw coded({ responseCode: 'no-smartcard' });
      const { activeProtocol } = this;
      return { connection: this.#connection(), ...(activeProtocol === undefined ? {} : { activeProtocol }) };
    },
  };

  async close(): Promise<void> {
    this.closeCount++;
    this.#tellClosed();
  }

  /** The question to the person stays open until the returned function is called. */
  holdConnect(): () => void {
    let agree: () => void = () => undefined;
    this.#connectHeld = new Promise((resolve) => {
      agree = resolve;
    });
    return () => {
      agree();
    };
  }

  #connection(): Awaited<ReturnType<SmartCardPipe['context']['connect']>>['connection'] {
    return {
      transmit: async (command, { protocol }) => {
        await this.#answer('transmit', `${hex(command)} ${String(protocol)}`);
        return this.response.slice().buffer;
      },
      status: async () => {
        await this.#answer('status', '');
        return { state: this.cardPresent ? 'negotiable' : 'absent', ...(this.atr === undefined ? {} : { answerToReset: this.atr.slice().buffer }) };
      },
      disconnect: async (disposition) => this.#answer('disconnect', disposition),
    };
  }

  async #answer(call: Call, details: string): Promise<void> {
    this.calls.push(`${call} ${details}`.trim());
    const failure = this.failures.get(call)?.shift();
    if (failure === 'hang') await new Promise(() => undefined);
    else if (failure !== undefined) throw coded(failure);
  }
}

function coded(failure: Exclude<Failure, 'hang'>): DOMException {
  if ('exception' in failure) return new DOMException('no', failure.exception);
  return Object.assign(new DOMException('no', 'SmartCardError'), failure);
}
