/** Every page is a folder with an index.html, so any static host can serve it (ARCHITECTURE.md, Delivery). */
export const prerender = true;
export const trailingSlash = 'always';
