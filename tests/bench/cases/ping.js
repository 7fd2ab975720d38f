'use strict';

// /ping while two clients keep a CPU-heavy route busy: computed on the loop, and offloaded.

const { spawn } = require('child_process');
const { load, withServer } = require('./server.js');

const source = `
const http = require('http');
function countPrimes(limit) {
  let count = 0;
  for (let n = 2; n < limit; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) { isPrime = false; break; }
    if (isPrime) count++;
  }
  return count;
}
const compute = process.argv[2] === 'offload'
  ? (limit) => require('gyre:offload').offload(countPrimes, limit)
  : async (limit) => countPrimes(limit);
const server = http.createServer(async (request, response) => {
  response.end(request.url === '/ping' ? 'pong' : String(await compute(200000)));
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
`;

exports.run = async function run({ alternate, fs, gyre, path, peers, root, tools }, rounds = 3) {
  const script = path.join(root, 'build', 'bench-ping.cjs');
  fs.writeFileSync(script, source);
  const measure = (command, ...args) => () => withServer(command, args, async (port) => {
    const busy = spawn(path.join(tools, 'load'), ['--port', String(port), '--path', '/report',
                                                  '--connections', '2', '--seconds', '4']);
    const ended = new Promise((resolve) => busy.on('exit', resolve));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const result = load(tools, {
      'port': port, 'path': '/ping', 'connections': 1, 'interval-ms': 2, 'seconds': 3,
    });
    await ended;
    return { 'p99 ms': result.p99, 'p50 ms': result.p50, 'pings': result.requests };
  });
  const contenders = {
    'gyre': measure(gyre, 'run', script, 'offload'),
    'gyre inline': measure(gyre, 'run', script, 'inline'),
  };
  if (peers.node) contenders['node inline'] = measure(peers.node, script, 'inline');
  if (peers.bun) contenders['bun inline'] = measure(peers.bun, script, 'inline');
  return { '/ping under CPU load (gyre: offloaded)': await alternate(contenders, rounds) };
};
