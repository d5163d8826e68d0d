/** `npm run -s madoguchi -- …`: builds the command line when its sources are newer, then runs it. Standard output is the command's alone. */
import { ensureCommandLine, ensurePackages, importFile } from './prepare.js';

ensurePackages();
await importFile(await ensureCommandLine());
