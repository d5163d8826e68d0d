/** `npm start`: install what is missing, build, serve on http://localhost:4173 (PORT and HOST change that). */
import path from 'node:path';
import { appBuild, ensureCommandLine, ensurePackages, exitOnFailure, importFile, root, runBin } from './prepare.js';

ensurePackages();
process.stderr.write('Building …\n');
exitOnFailure(runBin('vite', ['build', '--logLevel', 'error'], { APP_BUILD: appBuild() }), 'The build failed.');
await ensureCommandLine();
await importFile(path.join(root, 'build', 'command-line', 'serve.js'));
