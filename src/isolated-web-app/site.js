/**
 * The static site of the app made fit for a bundle, in place: no inline scripts, the manifest where the browser looks for it, no
 * service worker (all files are on the disk already; a cache would only answer with the version before an update).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { appManifest, manifestPath } from './app-manifest.js';
import { externaliseScripts } from './external-scripts.js';

const pageManifestPath = '/manifest.webmanifest';

/**
 * @param {string} site folder of the static build
 * @param {string} version of the app
 */
export function fitForBundle(site, version) {
  const pages = sitePaths(site).filter((file) => file.endsWith('.html'));
  if (pages.length === 0) throw new Error(`No page in ${site}`);
  for (const page of pages) fitPage(site, page);
  writeManifest(site, version);
  rmSync(path.join(site, 'service-worker.js'), { force: true });
}

/**
 * Every file of the site as the path its address has, sorted.
 * @param {string} site
 * @returns {string[]}
 */
export function sitePaths(site) {
  const files = readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((file) => `/${path.relative(site, path.join(file.parentPath, file.name)).split(path.sep).join('/')}`).sort();
}

/** @param {string} site @param {string} page */
function fitPage(site, page) {
  const file = path.join(site, page);
  const { html, scripts } = externaliseScripts(readFileSync(file, 'utf8').replaceAll(`href="${pageManifestPath}"`, `href="${manifestPath}"`), '/_app/');
  writeFileSync(file, html);
  for (const [address, text] of scripts) writeFileSync(path.join(site, address), text);
}

/** @param {string} site @param {string} version */
function writeManifest(site, version) {
  const before = path.join(site, pageManifestPath);
  const after = path.join(site, manifestPath);
  // Moved away by an earlier run over the same folder.
  if (!existsSync(before)) throw new Error(`${before} is missing: build the site anew`);
  mkdirSync(path.dirname(after), { recursive: true });
  writeFileSync(after, `${JSON.stringify(appManifest(JSON.parse(readFileSync(before, 'utf8')), version), undefined, 2)}\n`);
  rmSync(before);
}
