/**
 * Readers a page can reach, for the browser's chooser: Sony readers with a vendor interface, and readers that speak CCID
 * over class 0xFF. VID:PID pairs are facts from published descriptors.
 * Not here: REINER SCT cyberJack (not plain CCID), ICCD tokens (control transfers only), anything of class 0x0B alone, which only an
 * Isolated Web App may claim: there the class is asked for beside this list.
 */

export interface KnownReader {
  readonly vendorId: number;
  readonly productId: number;
  readonly name: string;
}

export const knownReaders: readonly KnownReader[] = [
  { vendorId: 0x054c, productId: 0x0dc8, name: 'Sony RC-S300/S' },
  { vendorId: 0x054c, productId: 0x0dc9, name: 'Sony RC-S300/P' },
  { vendorId: 0x054c, productId: 0x0d8f, name: 'Sony RC-S660' },
  { vendorId: 0x054c, productId: 0x06c1, name: 'Sony RC-S380/S' },
  { vendorId: 0x054c, productId: 0x06c3, name: 'Sony RC-S380/P' },
  { vendorId: 0x04e6, productId: 0x511a, name: 'SCR3310-NTTCom' },
  { vendorId: 0x04e6, productId: 0x5120, name: 'SCR331-DI-NTTCom' },
  { vendorId: 0x04e6, productId: 0x5111, name: 'SCM SCR331-DI' },
  { vendorId: 0x076b, productId: 0x532a, name: 'OMNIKEY 5321 CLi' },
  { vendorId: 0x04e6, productId: 0x5121, name: 'SCM SDI010' },
  { vendorId: 0x04e6, productId: 0x512b, name: 'SCM SDI011' },
  { vendorId: 0x04e6, productId: 0x512c, name: 'SCM SDI011' },
  { vendorId: 0x04e6, productId: 0x5291, name: 'SCM SCL010' },
  { vendorId: 0x04e6, productId: 0x5292, name: 'SCM SCL01x' },
  { vendorId: 0x04e6, productId: 0xe003, name: 'SCM SPR532' },
  { vendorId: 0x046a, productId: 0x003e, name: 'Cherry SmartTerminal ST-2xxx' },
  { vendorId: 0x076b, productId: 0x5340, name: 'OMNIKEY 5021 CL' },
  { vendorId: 0x1db2, productId: 0x0600, name: 'DUALi DE-ABCM6' },
  { vendorId: 0x1db2, productId: 0x0604, name: 'DUALi DRAGON BT' },
  { vendorId: 0x413c, productId: 0x2100, name: 'Dell SK-3106' },
  { vendorId: 0x09be, productId: 0x0002, name: 'MySmartPad' },
  { vendorId: 0x08e6, productId: 0x2202, name: 'Gem e-Seal Pro' },
  { vendorId: 0x08e6, productId: 0x1359, name: 'Verisign secure storage token' },
  { vendorId: 0x08e6, productId: 0xace0, name: 'Verisign secure token' },
];
