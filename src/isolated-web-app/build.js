/** `npm run build:iwa`: the app as a signed Isolated Web App bundle, build-iwa/madoguchi.swbn (docs/isolated-web-app.md). */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { appBuild, ensurePackages, exitOnFailure, root, runBin } from '../command-line/prepare.js';

ensurePackages();
// Packages must be there before what needs them.
const { fitForBundle } = await import('./site.js');
const { signedBundle } = await import('./bundle.js');
const { signingKey, signingKeyFile } = await import('./signing-key.js');

process.stderr.write('Building …\n');
const environment = { APP_BUILD: appBuild(), BUILD_TARGET: 'isolated-web-app' };
exitOnFailure(runBin('vite', ['build', '--logLevel', 'error'], environment), 'The build failed.');

const site = path.join(root, 'build-iwa', 'site');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
fitForBundle(site, version);

const keyFile = signingKeyFile();
const { key, made } = signingKey(keyFile);
const { bytes, id, origin } = await signedBundle(site, key);
const output = path.join(root, 'build-iwa', 'madoguchi.swbn');
writeFileSync(output, bytes);

process.stderr.write(`Signed with the development key ${keyFile}${made ? ', made now' : ''}\n`);
process.stdout.write(
  `bundle     ${path.relative(process.cwd(), output)}\nbundle id  ${id}\norigin     ${origin}/\nversion    ${version}\nsize       ${String(bytes.length)} bytes\n`,
);
