'use strict';

// Runs a conformance file on a worker thread and ends with its exit code.

const { Worker } = require('worker_threads');

const worker = new Worker(process.argv[2]);
worker.on('error', (error) => {
  console.error(error);
  process.exitCode = 1;
});
worker.on('exit', (code) => {
  if (code !== 0) process.exitCode = code;
});
