import { describe, expect, it } from 'vitest';
import pageManifest from '../../static/manifest.webmanifest?raw';
import { appManifest } from './app-manifest.js';

const page = JSON.parse(pageManifest) as Parameters<typeof appManifest>[0];

describe('appManifest', () => {
  it('keeps what the page says of itself and starts at the counter', () => {
    expect(appManifest(page, '1.2.3')).toMatchObject({ name: '窓口 — マイナ免許証の確認', id: '/', start_url: '/', scope: '/', version: '1.2.3' });
  });

  it('asks for readers of every kind, for this app alone, and for nothing it does not use', () => {
    const self = ['self'];
    expect(appManifest(page, '1').permissions_policy).toEqual({
      'cross-origin-isolated': self,
      usb: self,
      'usb-unrestricted': self,
      hid: self,
      'smart-card': self,
      'clipboard-write': self,
    });
  });

  it('has icons in PNG, none in SVG', () => {
    const { icons } = appManifest(page, '1') as { icons: { type: string; sizes: string }[] };
    expect(icons.map(({ type }) => type)).toEqual(['image/png', 'image/png', 'image/png']);
    expect(icons.map(({ sizes }) => sizes)).toContain('512x512');
  });

  it.each(['', '1.2.3-rc1', '1.2.3+abc', '01.2', '1.2.3.4.5', 'v1'])('refuses the version %j', (version) => {
    expect(() => appManifest(page, version)).toThrow('version');
  });
});
