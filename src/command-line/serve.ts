/**
 * The server process: adapter-node's handler behind security headers that stand on every answer (audit-and-security §6.2).
 * The Content-Security-Policy of a prerendered page is in its <meta>, with hashes; what a <meta> cannot carry is here.
 */
import { createServer, type RequestListener } from 'node:http';

const headers: Readonly<Record<string, string>> = {
  // Hashed assets, which the handler marks immutable, are the exception.
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'usb=(self), hid=(self), serial=(), camera=(), microphone=(), geolocation=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const port = Number(process.env['PORT'] ?? 4173);
const host = process.env['HOST'] ?? 'localhost';

// Built beside this file by adapter-node, after it was compiled: a path, not an import the bundler could follow.
const built = (await import(/* @vite-ignore */ new URL('../handler.js', import.meta.url).href)) as { handler: RequestListener };

const server = createServer((request, response) => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  built.handler(request, response);
});

server.on('error', (error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${String(port)} is in use. Set PORT to another one.` : error.message);
  process.exit(1);
});
server.listen(port, host, () => {
  console.log(`窓口 Madoguchi: http://${host}:${String(port)}/`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
