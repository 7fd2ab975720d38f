'use strict';

// Runs the conformance files: every .js and .mjs below tests/conformance/<module>, each in its own
// process, in one mode: main (main thread), worker, nosnapshot or gc (collections all the time).
// expectations.json holds known failures, "<module>/<file>": { "modes": [...], "reason": "..." }; an
// unexpected pass fails too.
//
//   gyre run tests/conformance/runner.js --mode main [module or module/file ...]

const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawn } = require('child_process');

const kTimeout = process.env.GYRE_TEST_SLOW ? 300_000 : 60_000;
const folder = __dirname;
const helpers = new Set(['support', 'fixtures']);

const args = process.argv.slice(2);
const at = args.indexOf('--mode');
const mode = at >= 0 ? args.splice(at, 2)[1] : 'main';
const expectations = JSON.parse(fs.readFileSync(path.join(folder, 'expectations.json'), 'utf8'));

function findFiles() {
  const files = [];
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || helpers.has(entry.name)) continue;
    for (const name of fs.readdirSync(path.join(folder, entry.name)).sort()) {
      const file = `${entry.name}/${name}`;
      if (!/\.m?js$/.test(name)) continue;
      if (args.length === 0 || args.includes(entry.name) || args.includes(file)) files.push(file);
    }
  }
  return files;
}

function commandLine(file) {
  const absolute = path.join(folder, file);
  switch (mode) {
    case 'main':
    case 'nosnapshot':
      return [absolute];
    case 'worker':
      return [path.join(folder, 'run_in_worker.js'), absolute];
    case 'gc':
      return ['--gc-interval=500', absolute];
    default:
      throw new Error(`no mode called ${mode}`);
  }
}

function run(file) {
  return new Promise((resolve) => {
    const env = { ...process.env };
    if (mode === 'nosnapshot') env.GYRE_NO_SNAPSHOT = '1';
    const child = spawn(process.execPath, commandLine(file), {
      env, stdio: ['ignore', 'pipe', 'pipe'], timeout: kTimeout, killSignal: 'SIGKILL',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => { if (output.length < 20_000) output += text; });
    }
    child.on('error', (error) => resolve({ file, passed: false, output: String(error) }));
    child.on('close', (code, signal) => {
      if (signal) output += `\nended by ${signal}`;
      resolve({ file, passed: code === 0, output });
    });
  });
}

function isExpectedToFail(file) {
  const entry = expectations[file];
  return entry !== undefined && (entry.modes === undefined || entry.modes.includes(mode));
}

async function main() {
  const files = findFiles();
  let next = 0;
  let failures = 0;
  async function lane() {
    while (next < files.length) {
      const { file, passed, output } = await run(files[next++]);
      const shouldFail = isExpectedToFail(file);
      if (passed !== shouldFail) continue;
      failures++;
      console.log(shouldFail
        ? `PASSED UNEXPECTEDLY ${file}: take it out of expectations.json`
        : `FAILED ${file}\n${output.trim()}\n`);
    }
  }
  await Promise.all(Array.from({ length: Math.min(os.availableParallelism(), 4) }, lane));
  console.log(`${mode}: ${files.length - failures} of ${files.length} conformance files as expected`);
  process.exitCode = failures === 0 && files.length > 0 ? 0 : 1;
}

main();
