'use strict';
// The functions of process that ask the kernel: memory, time, identity, directory, signals.

const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE,
    ERR_OUT_OF_RANGE, ERR_UNKNOWN_CREDENTIAL, ERR_UNKNOWN_SIGNAL,
    ERR_WORKER_UNSUPPORTED_OPERATION,
  },
} = require('internal/errors');
const {
  parseFileMode, validateArray, validateNumber, validateObject, validateString, validateUint32,
} = require('internal/validators');
const binding = internalBinding('process');

function memoryUsage() {
  const [rss, heapTotal, heapUsed, external, arrayBuffers] = binding.memoryUsage();
  return { rss, heapTotal, heapUsed, external, arrayBuffers };
}
memoryUsage.rss = function rss() { return binding.rss(); };

function checkPrevious(value, name) {
  if (!(value <= Number.MAX_SAFE_INTEGER && value >= 0)) {
    throw new ERR_INVALID_ARG_VALUE.RangeError(name, value);
  }
}
function cpuTimes(native, previous) {
  if (previous) {
    validateObject(previous, 'prevValue');
    validateNumber(previous.user, 'prevValue.user');
    checkPrevious(previous.user, 'prevValue.user');
    validateNumber(previous.system, 'prevValue.system');
    checkPrevious(previous.system, 'prevValue.system');
  }
  const [user, system] = native();
  if (!previous) return { user, system };
  return { user: user - previous.user, system: system - previous.system };
}
function cpuUsage(previousValue) { return cpuTimes(binding.cpuUsage, previousValue); }
function threadCpuUsage(previousValue) { return cpuTimes(binding.threadCpuUsage, previousValue); }

const resourceNames = [
  'userCPUTime', 'systemCPUTime', 'maxRSS', 'sharedMemorySize', 'unsharedDataSize',
  'unsharedStackSize', 'minorPageFault', 'majorPageFault', 'swappedOut', 'fsRead', 'fsWrite',
  'ipcSent', 'ipcReceived', 'signalsCount', 'voluntaryContextSwitches',
  'involuntaryContextSwitches',
];
function resourceUsage() {
  const values = binding.resourceUsage();
  const usage = {};
  for (let i = 0; i < resourceNames.length; i++) usage[resourceNames[i]] = values[i];
  return usage;
}

const time = new Float64Array(2);
function hrtime(previous) {
  binding.hrtime(time);
  if (previous === undefined) return [time[0], time[1]];
  validateArray(previous, 'time');
  if (previous.length !== 2) throw new ERR_OUT_OF_RANGE('time', 2, previous.length);
  const seconds = time[0] - previous[0];
  const nanoseconds = time[1] - previous[1];
  return nanoseconds < 0 ? [seconds - 1, nanoseconds + 1e9] : [seconds, nanoseconds];
}
hrtime.bigint = function bigint() { return binding.hrtimeBigInt(); };

function uptime() { return binding.uptime(); }
function constrainedMemory() { return binding.constrainedMemory(); }
function availableMemory() {
  const free = internalBinding('os').freemem();
  const limit = binding.constrainedMemory();
  return limit > 0 ? Math.min(free, Math.max(0, limit - binding.rss())) : free;
}

function cwd() {
  return binding.cwd();
}
function chdir(directory) {
  validateString(directory, 'directory');
  binding.chdir(directory);
}
function umask(mask) {
  if (mask === undefined) return binding.umask();
  mask = parseFileMode(mask, 'mask');
  return binding.umask(mask);
}

function _kill(pid, signal) { return binding.kill(pid, signal); }
function kill(pid, signal) {
  // eslint-disable-next-line eqeqeq
  if (pid != (pid | 0)) throw new ERR_INVALID_ARG_TYPE('pid', 'number', pid);
  let error;
  if (typeof signal === 'number') {
    error = process._kill(pid, signal);
  } else {
    const { signals } = require('internal/os_constants');
    signal ||= 'SIGTERM';
    if (signals[signal] === undefined) throw new ERR_UNKNOWN_SIGNAL(signal);
    error = process._kill(pid, signals[signal]);
  }
  if (error) throw killError(error);
  return true;
}
function killError(errno) {
  const { ErrnoException } = require('internal/errors');
  return new ErrnoException(errno, 'kill');
}

// User and group ids: numbers, or names the system knows.
function checkId(id, name) {
  if (typeof id === 'number') validateUint32(id, name);
  else if (typeof id !== 'string') {
    throw new ERR_INVALID_ARG_TYPE(name, ['number', 'string'], id);
  }
}
function toId(id, name, lookup, kind) {
  checkId(id, name);
  if (typeof id === 'number') return id;
  const found = lookup(id);
  if (found === undefined) throw new ERR_UNKNOWN_CREDENTIAL(kind, id);
  return found;
}
function setId(native, id) {
  try {
    native(id);
  } catch (error) {
    // These calls have their own wording: "EPERM, Operation not permitted".
    const [, text] = /: (.*), /.exec(error.message) ?? [];
    if (text) error.message = `${error.code}, ${text[0].toUpperCase()}${text.slice(1)}`;
    throw error;
  }
}
function setuid(id) { setId(binding.setuid, toId(id, 'id', binding.userId, 'User')); }
function seteuid(id) { setId(binding.seteuid, toId(id, 'id', binding.userId, 'User')); }
function setgid(id) { setId(binding.setgid, toId(id, 'id', binding.groupId, 'Group')); }
function setegid(id) { setId(binding.setegid, toId(id, 'id', binding.groupId, 'Group')); }

function setgroups(groups) {
  validateArray(groups, 'groups');
  const ids = groups.map((group, i) => toId(group, `groups[${i}]`, binding.groupId, 'Group'));
  binding.setgroups(ids);
}
function initgroups(user, extraGroup) {
  checkId(user, 'user');
  checkId(extraGroup, 'extraGroup');
  const name = typeof user === 'string' ? user : binding.userName(user);
  const group = toId(extraGroup, 'extraGroup', binding.groupId, 'Group');
  if (name === undefined) throw new ERR_UNKNOWN_CREDENTIAL('User', user);
  binding.initgroups(name, group);
}

// What belongs to the whole process is refused in workers.
const wholeProcess = {
  chdir, initgroups, setegid, seteuid, setgid, setgroups, setuid,
};
function unavailable(name) {
  const refused = function() {
    throw new ERR_WORKER_UNSUPPORTED_OPERATION(`process.${name}()`);
  };
  refused.disabled = true;
  return refused;
}
function setupWorker(process) {
  for (const name of Object.keys(wholeProcess)) process[name] = unavailable(name);
  process.umask = (mask) => {
    if (mask !== undefined) {
      throw new ERR_WORKER_UNSUPPORTED_OPERATION('Setting process.umask()');
    }
    return binding.umask();
  };
}

function setup(process) {
  Object.assign(process, {
    memoryUsage, cpuUsage, threadCpuUsage, resourceUsage, hrtime, uptime, constrainedMemory,
    availableMemory, cwd, umask, _kill, kill, ...wholeProcess,
    getuid: () => binding.getuid(),
    geteuid: () => binding.geteuid(),
    getgid: () => binding.getgid(),
    getegid: () => binding.getegid(),
    getgroups: () => binding.getgroups(),
  });
}

module.exports = { hrtime, setup, setupWorker };
