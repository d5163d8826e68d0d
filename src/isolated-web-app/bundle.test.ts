/** A small site through every step of the packing, read back by the documents alone. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signedBundle } from './bundle.js';
import { fitForBundle, sitePaths } from './site.js';
import { readBundle } from './test/read-bundle.ts';

const page = '<!doctype html><link rel="manifest" href="/manifest.webmanifest"><div><script>go("/_app/x.js")</script></div>';
const keys = {
  ed25519PublicKey: generateKeyPairSync('ed25519').privateKey,
  ecdsaP256SHA256PublicKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
};

let site = '';
beforeEach(() => {
  site = mkdtempSync(path.join(tmpdir(), 'site-'));
  put('index.html', page);
  put('log/index.html', page);
  put('_app/x.js', 'export {};');
  put('service-worker.js', '');
  put('manifest.webmanifest', JSON.stringify({ name: '窓口', icons: [{ src: '/i.png', type: 'image/png' }] }));
});
afterEach(() => {
  rmSync(site, { recursive: true });
});

function put(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(site, file)), { recursive: true });
  writeFileSync(path.join(site, file), text);
}

async function packed(key: KeyObject = keys.ed25519PublicKey): Promise<Uint8Array> {
  fitForBundle(site, '1.2.3');
  return (await signedBundle(site, key)).bytes;
}

describe('fitForBundle', () => {
  it('leaves pages without inline code, the manifest in its place and no service worker', () => {
    fitForBundle(site, '1.2.3');
    const [bootstrap] = sitePaths(site).filter((file) => file.startsWith('/_app/bootstrap.'));
    expect(sitePaths(site)).toEqual(['/.well-known/manifest.webmanifest', bootstrap, '/_app/x.js', '/index.html', '/log/index.html']);
    expect(readFileSync(path.join(site, 'log/index.html'), 'utf8')).toBe(
      `<!doctype html><link rel="manifest" href="/.well-known/manifest.webmanifest"><div><script src="${String(bootstrap)}"></script></div>`,
    );
    expect(readFileSync(path.join(site, String(bootstrap)), 'utf8')).toBe('go("/_app/x.js")');
  });

  it('refuses a site that was fitted already, and one without pages', () => {
    fitForBundle(site, '1.2.3');
    expect(() => {
      fitForBundle(site, '1.2.3');
    }).toThrow('build the site anew');
    rmSync(path.join(site, 'index.html'));
    rmSync(path.join(site, 'log'), { recursive: true });
    expect(() => {
      fitForBundle(site, '1.2.3');
    }).toThrow('No page');
  });
});

describe('signedBundle', () => {
  it.each(Object.entries(keys))('is valid under the documents: %s', async (keyType, key) => {
    const { id, idOfKey, signatureIsValid, ...bundle } = readBundle(await packed(key));
    expect(bundle.keyType).toBe(keyType);
    expect(signatureIsValid).toBe(true);
    expect(id).toBe(idOfKey);
    expect(id).toMatch(keyType === 'ed25519PublicKey' ? /^[a-z2-7]{51}[aq]aaic$/u : /^[a-z2-7]{58}$/u);
  });

  it('answers every address with 200 and a content type, a folder with its page', async () => {
    const bundle = readBundle(await packed());
    const origin = `isolated-app://${bundle.id}`;
    const types = [...bundle.responses].map(([url, { status, headers }]) => [url.replace(origin, ''), status, headers.get('content-type')]);
    expect(Object.fromEntries(types.map(([url, , type]) => [url?.replace(/bootstrap\.[0-9a-f]+/u, 'bootstrap'), type]))).toEqual({
      '/.well-known/manifest.webmanifest': 'application/manifest+json; charset=utf-8',
      '/_app/bootstrap.js': 'text/javascript; charset=utf-8',
      '/_app/x.js': 'text/javascript; charset=utf-8',
      '/': 'text/html; charset=utf-8',
      '/log/': 'text/html; charset=utf-8',
    });
    expect(new Set(types.map(([, status]) => status))).toEqual(new Set(['200']));
    expect(Buffer.from(bundle.responses.get(`${origin}/_app/x.js`)!.body).toString()).toBe('export {};');
  });

  it('is the same from the same files and key: Ed25519 has no chance in it', async () => {
    const first = await packed();
    expect((await signedBundle(site, keys.ed25519PublicKey)).bytes).toEqual(first);
  });

  it('one changed bit anywhere in what is signed spoils the signature', async () => {
    const bytes = await packed();
    const place = Buffer.from(bytes).indexOf('export {};');
    expect(place).toBeGreaterThan(0);
    expect(readBundle(Buffer.concat([bytes.subarray(0, place), Uint8Array.of(0x45), bytes.subarray(place + 1)])).signatureIsValid).toBe(false);
  });

  it('refuses a file whose content type nobody knows', async () => {
    put('x.unheard-of', '');
    await expect(packed()).rejects.toThrow('x.unheard-of');
    expect(existsSync(path.join(site, 'x.unheard-of'))).toBe(true);
  });
});
