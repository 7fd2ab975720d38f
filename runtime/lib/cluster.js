'use strict';

// node:cluster, as a primary process without workers sees it: programs that ask whether they are
// the primary get their answer; starting workers throws ERR_NOT_IMPLEMENTED.

const EventEmitter = require('events');
const { codes: { ERR_NOT_IMPLEMENTED } } = require('internal/errors');
const { validateObject } = require('internal/validators');

const cluster = new EventEmitter();

function Worker() {
  throw new ERR_NOT_IMPLEMENTED('cluster.Worker');
}
Object.setPrototypeOf(Worker.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Worker, EventEmitter);

cluster.isWorker = false;
cluster.isPrimary = true;
cluster.isMaster = true;
cluster.Worker = Worker;
cluster.workers = {};
cluster.settings = {};
cluster.SCHED_NONE = 1;
cluster.SCHED_RR = 2;
cluster.schedulingPolicy = cluster.SCHED_RR;

cluster.setupPrimary = function setupPrimary(options = {}) {
  validateObject(options, 'options');
  const settings = {
    args: process.argv.slice(2), exec: process.argv[1], execArgv: process.execArgv, silent: false,
  };
  cluster.settings = { ...settings, ...cluster.settings, ...options };
  process.nextTick(() => cluster.emit('setup', cluster.settings));
};
cluster.setupMaster = cluster.setupPrimary;

cluster.fork = function fork() {
  throw new ERR_NOT_IMPLEMENTED('cluster.fork()');
};

cluster.disconnect = function disconnect(callback) {
  if (typeof callback === 'function') process.nextTick(callback);
};

module.exports = cluster;
