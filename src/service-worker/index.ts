/**
 * Keeps this version's own files, so that the counter works with no network once it has been loaded.
 * It enters no room and stores nothing that came from a card: only GET requests for files of the build, by exact path.
 */
/// <reference types="@sveltejs/kit" />
import { build, files, prerendered, version } from '$service-worker';

declare const self: ServiceWorkerGlobalScope;

const cacheName = `madoguchi-${version}`;
const ownFiles: ReadonlySet<string> = new Set([...build, ...files, ...prerendered]);

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll([...ownFiles])));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOlderVersions().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== self.location.origin) return;
  const path = ownFiles.has(pathname) ? pathname : `${pathname}/`;
  if (ownFiles.has(path)) event.respondWith(answer(event.request, path));
});

async function answer(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(path)) ?? fetch(request);
}

async function forgetOlderVersions(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('madoguchi-') && name !== cacheName).map((name) => caches.delete(name)));
}
