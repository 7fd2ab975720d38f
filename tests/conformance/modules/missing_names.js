'use strict';

// An import of a name that a CommonJS module does not export says what to write instead.

const assert = require('assert');
const { createProject } = require('../support/project.js');

const project = createProject({
  'plain.cjs': 'module.exports = { ["hid" + "den"]: 1, seen: 2 };',
  'one.mjs': 'import { hidden } from "./plain.cjs";',
  'renamed.mjs': 'import whole, { seen as first, hidden as second } from "./plain.cjs";',
  'lines.mjs': 'import {\n  hidden,\n} from "./plain.cjs";',
});

function expected(instead) {
  return "Named export 'hidden' not found. The requested module './plain.cjs' is a CommonJS " +
    'module, which may not support all module.exports as named exports.\nCommonJS modules can ' +
    'always be imported via the default export, for example using:\n\n' +
    `import pkg from './plain.cjs';\n${instead}`;
}

(async () => {
  for (const [name, instead] of [
    ['one.mjs', 'const { hidden } = pkg;\n'],
    ['renamed.mjs', 'const { hidden: second, seen: first } = pkg;\n'],
    ['lines.mjs', ''],
  ]) {
    const { message } = await import(project.at(name)).catch((error) => error);
    if (name === 'renamed.mjs') {
      assert.ok(message.endsWith('const { seen: first, hidden: second } = pkg;\n'), message);
    } else {
      assert.strictEqual(message, expected(instead));
    }
  }
})();
