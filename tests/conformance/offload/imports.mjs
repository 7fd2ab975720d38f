// The module is importable, and an idle pool lets the program end.
import assert from 'node:assert';
import { Pool, offload } from 'gyre:offload';

assert.strictEqual(await offload((n) => n + 1, 1), 2);
assert.strictEqual(typeof Pool, 'function');
