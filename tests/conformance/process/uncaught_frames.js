'use strict';

// The report of an uncaught error shows the program's own line, wherever the throw itself lies.

const assert = require('assert');
const { spawnSync } = require('child_process');
const { createProject } = require('../support/project.js');

const project = createProject();

function report(name, source) {
  project.write(name, source);
  const { status, stdout, stderr } =
    spawnSync(process.execPath, [project.at(name)], { encoding: 'utf8' });
  assert.deepStrictEqual([status, stdout], [1, ''], stderr);
  assert.match(stderr, /\n\ngyre v\d+\.\d+\.\d+ \(Node\.js v24\.\d+\.\d+ API\)\n$/);
  return stderr.replaceAll(project.at(name), 'FILE');
}
const starts = (text, start) => assert.ok(text.startsWith(start), text);

// Thrown in a builtin module: the call is shown.
starts(report('a.js', "\nrequire('fs').readFileSync('/nowhere/at/all');"),
       "FILE:2\nrequire('fs').readFileSync('/nowhere/at/all');\n" +
       `${' '.repeat(14)}^\n\nError: ENOENT: no such file or directory, open '/nowhere/at/all'\n`);
starts(report('b.js', "\trequire('./nowhere');"),
       "FILE:1\n\trequire('./nowhere');\n\t^\n\nError: Cannot find module './nowhere'\n" +
       'Require stack:\n- FILE\n    at ');
starts(report('c.js', "const buffer = Buffer.alloc(2);\nsetTimeout(() => buffer.readInt32LE(), 1);"),
       'FILE:2\nsetTimeout(() => buffer.readInt32LE(), 1);\n' +
       `${' '.repeat(24)}^\n\nRangeError [ERR_OUT_OF_RANGE]`.replace('ERR_OUT_OF_RANGE',
                                                                    'ERR_BUFFER_OUT_OF_BOUNDS'));
// A module that ends by rejecting its promise.
starts(report('d.mjs', 'let a;\nconsole.log(__dirname);'),
       'file://FILE:2\nconsole.log(__dirname);\n            ^\n\n' +
       'ReferenceError: __dirname is not defined in ES module scope\n    at file://FILE:2:13\n');
starts(report('e.mjs', 'const error = new Error("seen");\nerror.stack;\nthrow error;'),
       'file://FILE:1\nconst error = new Error("seen");\n              ^\n\nError: seen\n');
// Nothing of the program is involved: no frame, the code in the first line.
starts(report('f.mjs', 'import "nowhere";'),
       "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'nowhere' imported from FILE\n");
// Texts without a file.
starts(report('g.js', "eval('throw new Error(\"in eval\")');"),
       '<anonymous_script>:1\nthrow new Error("in eval")\n^\n\nError: in eval\n');
starts(report('h.js', "new Function('return (');"), '<anonymous_script>:4\n})\n^\n\nSyntaxError: ');
// A stack that the program has replaced is shown, and no line is made up.
starts(report('i.mjs', "const e = new Error('x'); e.stack = 'my own'; throw e;"), '[my own]\n');
