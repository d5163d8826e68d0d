import adapterNode from '@sveltejs/adapter-node';
import adapterStatic from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** Set by `npm run build:iwa`: the same pages as files alone, for an Isolated Web App bundle (docs/isolated-web-app.md). */
const isolated = process.env['BUILD_TARGET'] === 'isolated-web-app';

/** @type {import('@sveltejs/kit').KitConfig} */
const served = { adapter: adapterNode({ out: 'build', precompress: true }) };

/** @type {import('@sveltejs/kit').KitConfig} */
const bundled = {
  adapter: adapterStatic({ pages: 'build-iwa/site' }),
  // The bootstrap script is moved into a file, where an address relative to the page would mean another place.
  paths: { relative: false },
  // All files are in the bundle, on the disk: a cache of them would only answer with the version before an update.
  serviceWorker: { register: false },
};

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  kit: {
    ...(isolated ? bundled : served),
    csp: {
      mode: 'auto',
      // The whole list is repeated as a header by src/command-line/serve.ts: a <meta> policy cannot carry frame-ancestors.
      directives: {
        'default-src': ['none'],
        'script-src': ['self'],
        'style-src': ['self'],
        // Kit's own route announcer carries one style attribute, this one; it hides a live region from sight.
        'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
        'img-src': ['self', 'blob:'],
        'font-src': ['self'],
        'connect-src': ['self'],
        'worker-src': ['self'],
        'manifest-src': ['self'],
        'base-uri': ['none'],
        'object-src': ['none'],
        'form-action': ['none'],
        // Left out of the <meta> by Kit, and needed where Kit answers by itself with a header: the error page.
        'frame-ancestors': ['none'],
      },
    },
    files: { serviceWorker: 'src/service-worker' },
  },
};
