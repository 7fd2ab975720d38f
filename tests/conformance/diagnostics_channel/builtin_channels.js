'use strict';
// What the builtin modules publish: loading of modules, listening, processes, worker threads.
const assert = require('assert');
const { spawn, ChildProcess } = require('child_process');
const { subscribe, tracingChannel } = require('diagnostics_channel');
const net = require('net');
const { pathToFileURL } = require('url');
const { Worker } = require('worker_threads');
const { mustCall, mustNotCall } = require('../common');

function record(name) {
  const events = [];
  const handlers = {};
  for (const type of ['start', 'end', 'asyncStart', 'asyncEnd', 'error']) {
    handlers[type] = (message) => events.push({ type, ...message });
  }
  const channel = tracingChannel(name);
  channel.subscribe(handlers);
  return { events, stop: () => channel.unsubscribe(handlers) };
}

{
  const { events, stop } = record('module.require');
  const about = { parentFilename: __filename, id: 'string_decoder' };
  const result = require('string_decoder');
  assert.deepStrictEqual(events.splice(0),
    [{ type: 'start', ...about }, { type: 'end', ...about, result }]);
  let error;
  try {
    require('there-is-no-such-package');
  } catch (thrown) {
    error = thrown;
  }
  stop();
  assert.deepStrictEqual(events.map(({ type }) => type), ['start', 'error', 'end']);
  assert.strictEqual(events[1].error, error);
  require('string_decoder');
  assert.strictEqual(events.length, 3);
}

{
  const { events, stop } = record('module.import');
  const about = { parentURL: pathToFileURL(__filename).href, url: 'node:string_decoder' };
  import('node:string_decoder').then(mustCall((result) => {
    stop();
    assert.deepStrictEqual(events, [
      { type: 'start', ...about }, { type: 'end', ...about },
      { type: 'asyncStart', ...about, result }, { type: 'asyncEnd', ...about, result },
    ]);
  }));
}

{
  const { events, stop } = record('net.server.listen');
  const server = net.createServer().listen({ port: 0, mark: true }, mustCall(() => {
    stop();
    assert.deepStrictEqual(events.map(({ type }) => type), ['asyncStart', 'asyncEnd']);
    assert.ok(events.every((event) => event.server === server));
    assert.strictEqual(events[0].options.mark, true);
    server.close();
  }));
}

{
  const { events, stop } = record('child_process.spawn');
  const child = spawn(process.execPath, ['-e', '0']);
  const missing = spawn('there-is-no-such-program');
  missing.on('error', mustCall());
  stop();
  assert.deepStrictEqual(events.map(({ type }) => type), ['start', 'end', 'start', 'error']);
  assert.ok(events.every((event) => event.process instanceof ChildProcess));
  assert.strictEqual(events[0].process, child);
  assert.strictEqual(events[0].options.file, process.execPath);
  assert.strictEqual(events[3].error.code, 'ENOENT');
}

subscribe('worker_threads', mustCall(({ worker }) => assert.ok(worker instanceof Worker)));
new Worker('0', { eval: true }).on('error', mustNotCall());
