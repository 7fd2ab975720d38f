'use strict';

// A worker's start (until its first message) and round trips of a small object.

const { execFileSync } = require('child_process');

const source = `
const { Worker, isMainThread, parentPort } = require('worker_threads');
if (!isMainThread) {
  parentPort.on('message', (value) => parentPort.postMessage(value));
  parentPort.postMessage('ready');
} else {
  const once = (worker) => new Promise((resolve) => worker.once('message', resolve));
  (async () => {
    const starts = [];
    let worker;
    for (let i = 0; i < 6; i++) {
      if (worker) await worker.terminate();
      const begin = performance.now();
      worker = new Worker(__filename);
      await once(worker);
      starts.push(performance.now() - begin);
    }
    const trips = 20000;
    let left = trips;
    const begin = performance.now();
    await new Promise((resolve) => {
      worker.on('message', () => {
        if (--left === 0) resolve();
        else worker.postMessage({ id: left, name: 'job' });
      });
      worker.postMessage({ id: left, name: 'job' });
    });
    const seconds = (performance.now() - begin) / 1000;
    console.log(JSON.stringify({
      'start ms': starts.slice(1).sort((a, b) => a - b)[2],
      'round trips/s': trips / seconds,
    }));
    process.exit(0);
  })();
}
`;

exports.run = async function run({ alternate, fs, gyre, path, peers, root }, rounds = 5) {
  const script = path.join(root, 'build', 'bench-worker.cjs');
  fs.writeFileSync(script, source);
  const measure = (command, ...args) => () =>
    JSON.parse(execFileSync(command, args, { encoding: 'utf8', timeout: 60_000 }));
  const contenders = { gyre: measure(gyre, 'run', script) };
  if (peers.node) contenders.node = measure(peers.node, script);
  if (peers.bun) contenders.bun = measure(peers.bun, script);
  if (peers.deno) contenders.deno = measure(peers.deno, 'run', '-A', script);
  return { 'worker threads': await alternate(contenders, rounds) };
};
