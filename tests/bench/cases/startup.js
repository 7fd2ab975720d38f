'use strict';

// A script that prints one line: the whole process, CPU and wall time.

const { execFileSync } = require('child_process');

exports.run = async function run({ alternate, fs, gyre, path, peers, root, tools }, rounds = 15) {
  const script = path.join(root, 'build', 'bench-hello.js');
  fs.writeFileSync(script, 'console.log("hello");\n');
  const measure = (command, ...args) => () => {
    const text = execFileSync(path.join(tools, 'measure'), [command, ...args], { encoding: 'utf8' });
    const { wall, user, sys, peakMb, exit } = JSON.parse(text);
    if (exit !== 0) throw new Error(`exit code ${exit}`);
    return { 'cpu ms': (user + sys) * 1000, 'wall ms': wall * 1000, 'peak MB': peakMb };
  };
  const contenders = { gyre: measure(gyre, 'run', script) };
  if (peers.node) contenders.node = measure(peers.node, script);
  if (peers.bun) contenders.bun = measure(peers.bun, script);
  if (peers.deno) contenders.deno = measure(peers.deno, 'run', '-A', script);
  return { 'start-up (hello world)': await alternate(contenders, rounds) };
};
