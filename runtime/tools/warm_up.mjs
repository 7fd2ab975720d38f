// The part of warm_up.cjs for ES modules.
import path, { join } from 'node:path';

export const name = join(path.sep, import.meta.url);
