/**
 * Inline scripts of a page become files: the Content-Security-Policy that the browser forces on a bundle has neither
 * 'unsafe-inline' nor hashes. Made for the pages SvelteKit writes; anything else that could run inline is refused.
 */
import { createHash } from 'node:crypto';

const scriptElement = /<script([^>]*)>([\s\S]*?)<\/script\s*>/giu;

/**
 * @typedef {object} ExternalisedPage
 * @property {string} html
 * @property {ReadonlyMap<string, string>} scripts path → text
 */

/**
 * The page without inline scripts, and the files it asks for instead. A classic script stays where it was, so `document.currentScript`
 * is still a child of the element SvelteKit starts in.
 * @param {string} html
 * @param {string} folder path that ends with a slash
 * @returns {ExternalisedPage}
 */
export function externaliseScripts(html, folder) {
  /** @type {Map<string, string>} */
  const scripts = new Map();
  const external = html.replace(scriptElement, (element, /** @type {string} */ attributes, /** @type {string} */ text) => {
    if (/\bsrc\s*=/iu.test(attributes)) return element;
    if (attributes.trim() !== '') throw new Error(`An inline script with attributes: ${attributes.trim()}`);
    // An address relative to the page would mean another place in a file.
    if (/import\(\s*["']\.{1,2}\//u.test(text)) throw new Error('An inline script imports by a relative address');
    const path = `${folder}bootstrap.${createHash('sha256').update(text).digest('hex').slice(0, 16)}.js`;
    scripts.set(path, text);
    return `<script src="${path}"></script>`;
  });
  const page = withoutScriptHashes(external);
  const left = inlineCode(page);
  if (left.length > 0) throw new Error(`Code is left in the page: ${left.join(', ')}`);
  return { html: page, scripts };
}

/**
 * What would run in `html`, or be meant to, without a file of its own. Empty for a page a bundle may have.
 * @param {string} html
 * @returns {string[]}
 */
export function inlineCode(html) {
  const scripts = [...html.matchAll(scriptElement)].filter(([, attributes = '']) => !/\bsrc\s*=/iu.test(attributes)).map(() => 'inline script');
  const tags = html.replace(scriptElement, '').match(/<[a-z][^>]*>/giu) ?? [];
  const handlers = tags.flatMap((tag) => tag.match(/\son[a-z]+\s*=/giu) ?? []).map((handler) => handler.trim());
  const addresses = tags.flatMap((tag) => tag.match(/["'\s=]javascript:/giu) ?? []).map(() => 'javascript: address');
  return [...scripts, ...handlers, ...addresses];
}

/**
 * The hashes in the page's own policy were those of its inline scripts.
 * @param {string} html
 */
function withoutScriptHashes(html) {
  return html.replace(/(script-src [^;"]*)/gu, (directive) => directive.replace(/ 'sha(?:256|384|512)-[^']+'/gu, ''));
}
