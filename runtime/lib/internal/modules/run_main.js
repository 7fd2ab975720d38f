'use strict';

// Runs the program's entry.

function run(request) {
  const { readFileSync } = require('fs');
  const { publicId, requireBuiltin } = require('internal/realm');
  const module = { exports: {} };
  const main = Function('exports', 'require', 'module', readFileSync(request.entry, 'utf8'));
  main(module.exports, (id) => requireBuiltin(publicId(id) ?? id), module);
}

module.exports = { run };
