/** Plugs a virtual reader of the simulator into the guest's kernel, and pulls it out again. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { usbPortOf, type VirtualReader } from '#simulator';
import { plugHid } from './uhid.ts';
import { BUS_ID } from './usb-ip-messages.ts';
import { UsbIpServer } from './usb-ip-server.ts';
import { until } from './until.ts';

const usbDevices = '/sys/bus/usb/devices';
const run = promisify(execFile);

/** A reader as the kernel has it. */
export interface PluggedReader {
  /** The cable out; the virtual reader is told, or has done it itself. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
  close(): Promise<void>;
}

export async function plug(reader: VirtualReader): Promise<PluggedReader> {
  const [bridge] = await reader.hid.getDevices();
  if (bridge === undefined) return plugUsb(reader);
  const device = await plugHid(bridge);
  await until('a hidraw device', async () => (await readdir('/sys/class/hidraw')).length > 0);
  return { unplug: () => device.unplug(), plugIn: () => Promise.reject(new Error('not for HID')), close: () => device.unplug() };
}

async function plugUsb(reader: VirtualReader): Promise<PluggedReader> {
  const port = usbPortOf(reader);
  const server = new UsbIpServer(port);
  const tcpPort = await server.listen();
  const attach = async (): Promise<void> => {
    await run('usbip', ['--tcp-port', String(tcpPort), 'attach', '-r', '127.0.0.1', '-b', BUS_ID], { timeout: 30_000 });
    await until('the kernel to configure the device', async () => (await configuredDevices()).length > 0);
  };
  const isGone = (): Promise<void> => until('the kernel to give the device up', async () => (await configuredDevices()).length === 0);
  await attach();
  return {
    unplug: async () => {
      reader.unplug();
      await isGone();
    },
    plugIn: async () => {
      await isGone();
      reader.plugIn();
      await attach();
    },
    close: async () => {
      server.close();
      await isGone();
    },
  };
}

/** All but the root hubs: vendor of each device whose configuration is set. Never read synchronously: the kernel may be waiting for us with the device locked. */
async function configuredDevices(): Promise<string[]> {
  const names = (await readdir(usbDevices)).filter((name) => /^\d+-[\d.]+$/u.test(name));
  const values = await Promise.all(names.map((name) => readFile(path.join(usbDevices, name, 'bConfigurationValue'), 'utf8').catch(() => '')));
  return names.filter((_, index) => Number(values[index]) > 0);
}
