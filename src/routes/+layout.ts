/** Every page is a folder with an index.html, so any static host can serve it; what is in it needs the browser (ARCHITECTURE.md). */
export const prerender = true;
export const ssr = false;
export const trailingSlash = 'always';
