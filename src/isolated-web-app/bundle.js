/**
 * A folder as a signed web bundle: draft-ietf-wpack-bundled-responses (format b2, made by `wbn`) behind an integrity block v2 (made
 * by `wbn-sign`). Answers are all 200: a bundle has no redirects, so a folder's index.html is the folder's own address.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { lookup } from 'mrmime';
import { BundleBuilder } from 'wbn';
import { IntegrityBlockSigner, NodeCryptoSigningStrategy, WebBundleId } from 'wbn-sign';
import { sitePaths } from './site.js';

/**
 * @typedef {object} SignedBundle
 * @property {Uint8Array} bytes
 * @property {string} id the public key and its type, in base32
 * @property {string} origin `isolated-app://` and the id
 */

/**
 * @param {string} site
 * @param {import('node:crypto').KeyObject} key private, Ed25519 or P-256
 * @returns {Promise<SignedBundle>}
 */
export async function signedBundle(site, key) {
  const id = new WebBundleId(key).serialize();
  const origin = `isolated-app://${id}`;
  const signer = new IntegrityBlockSigner(bundle(site, origin), id, [new NodeCryptoSigningStrategy(key)]);
  const { signedWebBundle } = await signer.sign();
  return { bytes: signedWebBundle, id, origin };
}

/** @param {string} site @param {string} origin */
function bundle(site, origin) {
  const builder = new BundleBuilder('b2');
  for (const file of sitePaths(site)) {
    const address = file.endsWith('/index.html') ? file.slice(0, -'index.html'.length) : file;
    builder.addExchange(`${origin}${address}`, 200, headersOf(file), readFileSync(path.join(site, file)));
  }
  return builder.createBundle();
}

/**
 * What serve.ts sends and the browser does not force on a bundle by itself.
 * @param {string} file
 */
function headersOf(file) {
  const type = lookup(file);
  // A module script of an unknown type is not run; better no bundle than that.
  if (type === undefined) throw new Error(`No content type is known for ${file}`);
  return {
    'Content-Type': /^text\/|javascript$|json$/u.test(type) ? `${type}; charset=utf-8` : type,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
}
