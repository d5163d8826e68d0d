/**
 * The same questions to the simulator's double of a browser object and to the browser's own over the real stack: each answer has to be the same.
 * A question runs in the page as well as here, so it may use nothing from outside itself.
 */
import type { Page } from '@playwright/test';
import { virtualReader, type ReaderProfileName, type VirtualReader } from '#simulator';

/** What a question has. It leaves the device here for the next ones, and what it does not wait for. */
interface Asked {
  readonly usb: USB;
  device?: USBDevice;
  pending?: Promise<string>;
}

interface Question {
  readonly name: string;
  /** What the reader does before the page asks. */
  readonly hand?: (reader: VirtualReader) => void;
  readonly ask: (asked: Asked, what: unknown) => Promise<unknown>;
  /** Given to `ask`. */
  readonly what?: unknown;
}

/** Each a difference; none when double and browser agree. `real` is plugged in and the page has not touched it. */
export async function usbDifferences(page: Page, real: VirtualReader, profile: ReaderProfileName): Promise<string[]> {
  const double = virtualReader({ profile });
  const asked: Asked = { usb: double.usb as unknown as USB };
  const inPage = await page.evaluateHandle((): Asked => ({ usb: navigator.usb }));
  const differences: string[] = [];
  for (const { name, hand, ask, what } of questions) {
    hand?.(double);
    hand?.(real);
    const expected = await answerOf(() => ask(asked, what));
    const actual = await answerOf(() => inPage.evaluate(ask, what));
    if (expected !== actual) differences.push(`${name}\n  double:  ${expected}\n  browser: ${actual}`);
  }
  return differences;
}

/** Longer than any answer takes. What gets none in the page is not waited for there either. */
const PATIENCE_MS = 5_000;

async function answerOf(ask: () => Promise<unknown>): Promise<string> {
  try {
    const late = new Promise((resolve) => setTimeout(() => resolve('no answer'), PATIENCE_MS));
    const answer: unknown = await Promise.race([ask(), late]);
    return answer === undefined ? 'done' : JSON.stringify(answer);
  } catch (thrown) {
    // Playwright puts its own call in front and the page's stack behind.
    const [text = ''] = String(thrown)
      .replace(/^Error: jsHandle\.evaluate: /u, '')
      .split('\n');
    return text;
  }
}

/** For the RC-S300: interface 0 protected (endpoints 1 and 3), interface 1 the vendor's (endpoint 2 both ways). */
const questions: readonly Question[] = [
  {
    name: 'permitted devices',
    ask: async (asked) => {
      const devices = await asked.usb.getDevices();
      if (devices[0] !== undefined) asked.device = devices[0];
      return devices.length;
    },
  },
  { name: 'the same object each time', ask: async ({ usb, device }) => (await usb.getDevices())[0] === device },
  {
    name: 'the device',
    ask: async ({ device }) => {
      const names = ['opened', 'vendorId', 'productId', 'productName', 'manufacturerName', 'serialNumber', 'deviceClass', 'deviceSubclass', 'deviceProtocol'];
      const versions = ['usbVersionMajor', 'usbVersionMinor', 'usbVersionSubminor', 'deviceVersionMajor', 'deviceVersionMinor', 'deviceVersionSubminor'];
      return [...names, ...versions].map((name) => [name, Reflect.get(device!, name)]);
    },
  },
  {
    name: 'its configurations',
    ask: async ({ device }) =>
      device!.configurations.map(({ configurationValue, configurationName, interfaces }) => [
        configurationValue,
        configurationName,
        interfaces.map(({ interfaceNumber, claimed, alternate, alternates }) => [
          interfaceNumber,
          claimed,
          (alternate as USBAlternateInterface | null)?.alternateSetting ?? 'none',
          alternates.map(({ alternateSetting, interfaceClass, interfaceSubclass, interfaceProtocol, interfaceName, endpoints }) => [
            ...[alternateSetting, interfaceClass, interfaceSubclass, interfaceProtocol, interfaceName],
            endpoints.map(({ endpointNumber, direction, type, packetSize }) => [endpointNumber, direction, type, packetSize]),
          ]),
        ]),
      ]),
  },
  { name: 'configuration before opening', ask: async ({ device }) => device!.configuration?.configurationValue },
  { name: 'claim before opening', ask: async ({ device }) => device!.claimInterface(1) },
  { name: 'transferIn before opening', ask: async ({ device }) => device!.transferIn(2, 64) },
  { name: 'reset before opening', ask: async ({ device }) => device!.reset() },
  { name: 'select before opening', ask: async ({ device }) => device!.selectConfiguration(1) },
  { name: 'close before opening', ask: async ({ device }) => device!.close() },
  { name: 'open', ask: async ({ device }) => device!.open() },
  { name: 'open again', ask: async ({ device }) => device!.open() },
  { name: 'open and close at once', ask: async ({ device }) => (await Promise.allSettled([device!.open(), device!.close()])).map(({ status }) => status) },
  {
    name: 'closed and closed at once',
    ask: async ({ device }) => (await Promise.allSettled([device!.close(), device!.close(), device!.open()])).map(({ status }) => status),
  },
  { name: 'open after that', ask: async ({ device }) => (device!.opened ? undefined : device!.open()) },
  { name: 'select a configuration that is not there', ask: async ({ device }) => device!.selectConfiguration(2) },
  { name: 'select', ask: async ({ device }) => device!.selectConfiguration(1) },
  { name: 'claim what is not there', ask: async ({ device }) => device!.claimInterface(9) },
  { name: 'claim what is protected', ask: async ({ device }) => device!.claimInterface(0) },
  { name: 'release what is not claimed', ask: async ({ device }) => device!.releaseInterface(1) },
  { name: 'alternate of what is not claimed', ask: async ({ device }) => device!.selectAlternateInterface(1, 0) },
  { name: 'transferIn, not claimed', ask: async ({ device }) => device!.transferIn(2, 64) },
  { name: 'transferOut, not claimed', ask: async ({ device }) => device!.transferOut(2, new Uint8Array(1)) },
  { name: 'clearHalt, not claimed', ask: async ({ device }) => device!.clearHalt('in', 2) },
  ...control('before claiming', { requestType: 'vendor', recipient: 'interface', request: 1, value: 0, index: 1 }),
  ...control('before claiming', { requestType: 'vendor', recipient: 'endpoint', request: 1, value: 0, index: 0x82 }),
  { name: 'claim', ask: async ({ device }) => device!.claimInterface(1) },
  { name: 'claim again', ask: async ({ device }) => device!.claimInterface(1) },
  {
    name: 'claim twice at once',
    ask: async ({ device }) => (await Promise.allSettled([device!.claimInterface(1), device!.claimInterface(1)])).map(({ status }) => status),
  },
  {
    name: 'select twice at once',
    ask: async ({ device }) => (await Promise.allSettled([device!.selectConfiguration(1), device!.selectConfiguration(1)])).map(({ status }) => status),
  },
  {
    name: 'claimed, and the alternate',
    ask: async ({ device }) =>
      device!.configuration?.interfaces.map(({ claimed, alternate }) => [claimed, (alternate as USBAlternateInterface | null)?.alternateSetting ?? 'none']),
  },
  { name: 'an alternate that is not there', ask: async ({ device }) => device!.selectAlternateInterface(1, 1) },
  { name: 'the alternate', ask: async ({ device }) => device!.selectAlternateInterface(1, 0) },
  { name: 'endpoint 0', ask: async ({ device }) => device!.transferIn(0, 64) },
  { name: 'endpoint 16', ask: async ({ device }) => device!.transferIn(16, 64) },
  { name: 'endpoint of the other interface', ask: async ({ device }) => device!.transferIn(3, 8) },
  { name: 'endpoint that is nowhere', ask: async ({ device }) => device!.transferOut(9, new Uint8Array(1)) },
  ...[0x0100, 0x0200, 0x0201, 0x0300, 0x0301, 0x0302, 0x0303, 0x03ee, 0x0f00].flatMap((value) =>
    control(`GET_DESCRIPTOR ${value.toString(16)}`, { requestType: 'standard', recipient: 'device', request: 6, value, index: 0 }),
  ),
  ...[0, 1, 3, 5, 7, 8, 9].flatMap((request) => control('standard', { requestType: 'standard', recipient: 'device', request, value: 0, index: 0 })),
  ...[0, 10, 11].flatMap((request) => control('standard', { requestType: 'standard', recipient: 'interface', request, value: 0, index: 1 })),
  ...[0x82, 0x02, 0x81, 0x00, 0x09].flatMap((index) => control('standard', { requestType: 'standard', recipient: 'endpoint', request: 0, value: 0, index })),
  ...(['class', 'vendor'] as const).flatMap((requestType) =>
    [0, 1, 9].flatMap((index) => control(requestType, { requestType, recipient: 'interface', request: 2, value: 0, index })),
  ),
  ...(['class', 'vendor'] as const).flatMap((requestType) =>
    (['device', 'other'] as const).flatMap((recipient) =>
      [0, 1].flatMap((index) => control(requestType, { requestType, recipient, request: 2, value: 0, index })),
    ),
  ),
  ...(['class', 'vendor'] as const).flatMap((requestType) =>
    [0x82, 0x81, 0x09].flatMap((index) => control(requestType, { requestType, recipient: 'endpoint', request: 2, value: 0, index })),
  ),
  { name: 'nothing out', ask: async ({ device }) => (await device!.transferOut(2, new Uint8Array(0))).bytesWritten },
  { name: 'more than there is room for', ask: async ({ device }) => device!.transferIn(2, 33_554_433) },
  { name: 'more than the kernel has', ask: async ({ device }) => device!.transferIn(2, 16_777_216) },
  { name: 'more out than there is room for', ask: async ({ device }) => device!.transferOut(2, new Uint8Array(33_554_433)) },
  reading('a short packet', '00112233', 64),
  reading('a full packet and the empty one', '00'.repeat(64), 512),
  reading('two packets into exactly so much', '00'.repeat(128), 128),
  reading('the empty one behind it', '', 64),
  reading('100 bytes into 10', '00'.repeat(100), 10),
  reading('what is left of them', '', 64),
  { name: 'transferIn 0', ask: async ({ device }) => (await device!.transferIn(2, 0)).status },
  ...pendingThen('release', async ({ device }) => device!.releaseInterface(1)),
  { name: 'claim once more', ask: async ({ device }) => device!.claimInterface(1) },
  ...pendingThen('reset', async ({ device }) => device!.reset()),
  { name: 'after the reset', ask: async ({ device }) => [device!.opened, device!.configuration?.interfaces[1]?.claimed] },
  ...pendingThen('close', async ({ device }) => device!.close()),
  { name: 'after the close', ask: async ({ device }) => [device!.opened, device!.configuration?.interfaces[1]?.claimed] },
  { name: 'open once more', ask: async ({ device }) => device!.open() },
  { name: 'and claim', ask: async ({ device }) => device!.claimInterface(1) },
];

/** Both directions of one request. */
function control(name: string, setup: USBControlTransferParameters): Question[] {
  const { requestType, recipient, request, index } = setup;
  const title = `${name}: ${requestType} ${recipient} ${String(request)} index ${String(index)}`;
  return [
    {
      name: `${title}, in`,
      what: setup,
      ask: async ({ device }, what) => {
        const { status, data } = await device!.controlTransferIn(what as USBControlTransferParameters, 255);
        return [status, data === undefined ? 'none' : [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)].join(' ')];
      },
    },
    {
      name: `${title}, out`,
      what: setup,
      ask: async ({ device }, what) => {
        const { status, bytesWritten } = await device!.controlTransferOut(what as USBControlTransferParameters);
        return [status, bytesWritten];
      },
    },
  ];
}

/** The reader sends that (hexadecimal), the page has room for so much. */
function reading(name: string, bytes: string, length: number): Question {
  return {
    name,
    ...(bytes === '' ? {} : { hand: (reader) => reader.sendBulk(bytes) }),
    what: length,
    ask: async ({ device }, what) => {
      const { status, data } = await device!.transferIn(2, what as number);
      return [status, data?.byteLength];
    },
  };
}

/** What becomes of a transfer that waits. */
function pendingThen(name: string, act: Question['ask']): Question[] {
  return [
    {
      name: `pending, before ${name}`,
      ask: async (asked) => {
        asked.pending = asked.device!.transferIn(2, 64).then(
          ({ status }) => status,
          (error: unknown) => String(error),
        );
      },
    },
    { name, ask: act },
    {
      name: `pending, after ${name}`,
      ask: async ({ pending }) => Promise.race([pending, new Promise((resolve) => setTimeout(() => resolve('still pending'), 2000))]),
    },
  ];
}
