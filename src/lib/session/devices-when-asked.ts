/** This browser's readers. A browser without WebUSB is told so when somebody asks for a reader, not by a page that does not open. */
import { browserReaderDevices, type ReaderDevices } from '#usb';

export function devicesWhenAsked(): ReaderDevices {
  return {
    choose: (which) => lazily(() => browserReaderDevices().choose(which)),
    known: () => lazily(() => browserReaderDevices().known()),
    onPluggedIn: (listener) => whereThereAreAny((devices) => devices.onPluggedIn(listener)),
    onUnplugged: (listener) => whereThereAreAny((devices) => devices.onUnplugged(listener)),
  };
}

/** Without WebUSB nothing will ever be plugged in; `choose` says why. */
function whereThereAreAny(listen: (devices: ReaderDevices) => () => void): () => void {
  try {
    return listen(browserReaderDevices());
  } catch {
    return () => undefined;
  }
}

async function lazily<T>(ask: () => Promise<T>): Promise<T> {
  return ask();
}
