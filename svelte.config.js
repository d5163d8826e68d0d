import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  kit: {
    adapter: adapter({ out: 'build', precompress: true }),
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
