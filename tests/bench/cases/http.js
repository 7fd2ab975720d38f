'use strict';

// node:http's hello world: CPU of the server per request, under a load it cannot saturate at once.

const { cpuSeconds, load, withServer } = require('./server.js');

const source = `
const http = require('http');
const server = http.createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  response.end('Hello, World!');
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
`;

exports.run = async function run({ alternate, fs, gyre, path, peers, root, tools }, rounds = 5) {
  const script = path.join(root, 'build', 'bench-http.cjs');
  fs.writeFileSync(script, source);
  const measure = (command, ...args) => () => withServer(command, args, (port, pid) => {
    load(tools, { port, path: '/', connections: 32, seconds: 1 });
    const before = cpuSeconds(pid);
    const result = load(tools, { port, path: '/', connections: 32, seconds: 3 });
    const used = cpuSeconds(pid) - before;
    if (result.errors > 0) throw new Error(`${result.errors} errors`);
    return {
      'cpu us/request': used * 1e6 / result.requests,
      'requests/s': result.perSecond,
      'p99 ms': result.p99,
    };
  });
  const contenders = { gyre: measure(gyre, 'run', script) };
  if (peers.node) contenders.node = measure(peers.node, script);
  if (peers.bun) contenders.bun = measure(peers.bun, script);
  if (peers.deno) contenders.deno = measure(peers.deno, 'run', '-A', script);
  return { 'http hello (node:http, 32 connections)': await alternate(contenders, rounds) };
};
