import { describe, expect, it } from 'vitest';
import { externaliseScripts, inlineCode } from './external-scripts.js';

/** As SvelteKit 2.70 writes one, shortened. */
const kitPage = (text: string): string => `<!doctype html>
<html lang="ja"><head>
<meta http-equiv="content-security-policy" content="default-src 'none'; script-src 'self' 'sha256-AAAA+/w='; style-src-attr 'unsafe-hashes' 'sha256-S8qM='; base-uri 'none'">
<link href="/_app/immutable/entry/start.js" rel="modulepreload">
</head><body><div class="app">
<script>${text}</script>
</div></body></html>`;

const boot = `{ const element = document.currentScript.parentElement; import("/_app/immutable/entry/start.js").then((kit) => kit.start(element)); }`;

describe('externaliseScripts', () => {
  it('moves the script into a file and leaves a reference in its place', () => {
    const { html, scripts } = externaliseScripts(kitPage(boot), '/_app/');
    const [[path, text]] = [...scripts] as [[string, string]];
    expect(text).toBe(boot);
    expect(path).toMatch(/^\/_app\/bootstrap\.[0-9a-f]{16}\.js$/u);
    expect(html).toContain(`<div class="app">\n<script src="${path}"></script>\n</div>`);
    expect(html).not.toContain('currentScript');
    expect(inlineCode(html)).toEqual([]);
  });

  it('takes the hash of the script out of the policy, and no other', () => {
    const { html } = externaliseScripts(kitPage(boot), '/_app/');
    expect(html).toContain("script-src 'self'; style-src-attr 'unsafe-hashes' 'sha256-S8qM='; base-uri 'none'");
  });

  it('gives one file to the same script of several pages, and another to another', () => {
    const pathOf = (text: string): string => [...externaliseScripts(kitPage(text), '/_app/').scripts.keys()].join();
    expect(pathOf(boot)).toBe(pathOf(boot));
    expect(pathOf(boot)).not.toBe(pathOf(`${boot} `));
  });

  it.each([
    ['a relative import, which means another place in a file', kitPage('import("../_app/start.js")')],
    ['an inline script of another type', kitPage('').replace('<script>', '<script type="module">')],
    ['an event handler', kitPage('').replace('<div class="app">', '<div class="app" onclick="go()">')],
    ['a javascript: address', kitPage('').replace('<div class="app">', '<a href="javascript:go()">')],
  ])('refuses %s', (_, html) => {
    expect(() => externaliseScripts(html, '/_app/')).toThrow();
  });
});

describe('inlineCode', () => {
  it('names what it finds', () => {
    expect(inlineCode(kitPage(boot))).toEqual(['inline script']);
    expect(inlineCode('<SCRIPT >x</SCRIPT ><img src=x OnError = "y"><a href=javascript:z>')).toEqual(['inline script', 'OnError =', 'javascript: address']);
  });
});
