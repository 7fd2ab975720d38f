'use strict';

// A folder of files for one test, removed when the process ends.

const fs = require('fs');
const os = require('os');
const path = require('path');

// createProject({ 'a.js': 'text', 'b.json': { an: 'object' } }): { root, at(name), write(name,
// text) }
function createProject(files = {}) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-project-')));
  process.on('exit', () => fs.rmSync(root, { recursive: true, force: true }));
  const at = (name) => path.join(root, name);
  const write = (name, content) => {
    fs.mkdirSync(path.dirname(at(name)), { recursive: true });
    fs.writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content));
  };
  for (const name of Object.keys(files)) write(name, files[name]);
  return { at, root, write };
}

module.exports = { createProject };
