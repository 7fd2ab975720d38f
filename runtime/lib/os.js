'use strict';
// node:os: facts about the machine, read from the kernel at each call.

const { Buffer } = require('buffer');
const { validateInt32 } = require('internal/validators');
const { getCIDR } = require('internal/os_address');
const constants = require('internal/os_constants');
const binding = internalBinding('os');

// System errors of this module keep the call's name in the text of an ERR_SYSTEM_ERROR.
function guard(name, native) {
  const checked = {
    [name](...args) {
      try {
        return native(...args);
      } catch (error) {
        throw systemError(error);
      }
    },
  }[name];
  return checked;
}

function systemError(error) {
  if (error.syscall === undefined) return error;
  const { codes: { ERR_SYSTEM_ERROR } } = require('internal/errors');
  const message = error.message.slice(error.code.length + 2).split(',')[0];
  return new ERR_SYSTEM_ERROR({
    errno: error.errno, code: error.code, message, syscall: error.syscall,
  });
}

// `${os.hostname}` gives the value, as with the function called.
function printable(name, native) {
  const checked = guard(name, native);
  checked[Symbol.toPrimitive] = () => checked();
  return checked;
}

let names;
function uname() {
  names ??= binding.uname();
  return names;
}

const arch = () => process.arch;
const platform = () => process.platform;
const endianness = () => 'LE';
const type = () => uname()[0];
const version = () => uname()[1];
const release = () => uname()[2];
const machine = () => uname()[3];

function tmpdir() {
  const { TMPDIR, TMP, TEMP } = process.env;
  const path = TMPDIR || TMP || TEMP || '/tmp';
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

for (const getter of [arch, platform, endianness, type, version, release, machine, tmpdir]) {
  getter[Symbol.toPrimitive] = () => getter();
}

function cpus() {
  const models = binding.cpuModels();
  const times = binding.cpuTimes();
  const all = [];
  for (let i = 0; i < times.length; i += 6) {
    all.push({
      model: models[i / 6] ?? 'unknown',
      speed: Math.trunc(times[i]),
      times: {
        user: times[i + 1], nice: times[i + 2], sys: times[i + 3], idle: times[i + 4],
        irq: times[i + 5],
      },
    });
  }
  return all;
}

function networkInterfaces() {
  const fields = binding.networkInterfaces();
  const result = {};
  for (let i = 0; i < fields.length; i += 7) {
    const [name, address, netmask, family, mac, internal, scope] = fields.slice(i, i + 7);
    const entry = {
      address, netmask, family, mac, internal: internal !== '',
      cidr: getCIDR(address, netmask, family),
    };
    if (family === 'IPv6') entry.scopeid = Number(scope);
    (result[name] ??= []).push(entry);
  }
  return result;
}

function userInfo(options) {
  if (typeof options !== 'object' || options === null) options = {};
  const [uid, gid, username, homedir, shell] = checkedUserInfo();
  const { encoding } = options;
  const text = encoding === 'buffer' ? (value) => Buffer.from(value) : (value) => value;
  return {
    __proto__: null,
    uid: Number(uid),
    gid: Number(gid),
    username: text(username),
    homedir: text(homedir),
    shell: text(shell),
  };
}
const checkedUserInfo = guard('userInfo', binding.userInfo);
const nativeGetPriority = guard('getPriority', binding.getPriority);
const nativeSetPriority = guard('setPriority', binding.setPriority);

function getPriority(pid) {
  if (pid === undefined) pid = 0;
  else validateInt32(pid, 'pid');
  return nativeGetPriority(pid);
}
function setPriority(pid, priority) {
  if (priority === undefined) {
    priority = pid;
    pid = 0;
  }
  validateInt32(pid, 'pid');
  validateInt32(priority, 'priority', -20, 19);
  nativeSetPriority(pid, priority);
}

module.exports = {
  arch,
  availableParallelism: printable('availableParallelism', binding.availableParallelism),
  cpus,
  endianness,
  freemem: printable('freemem', binding.freemem),
  getPriority,
  homedir: printable('homedir', binding.homedir),
  hostname: printable('hostname', binding.hostname),
  loadavg: guard('loadavg', binding.loadavg),
  networkInterfaces,
  platform,
  release,
  setPriority,
  tmpdir,
  totalmem: printable('totalmem', binding.totalmem),
  type,
  userInfo,
  uptime: printable('uptime', binding.uptime),
  version,
  machine,
};

Object.defineProperties(module.exports, {
  constants: { __proto__: null, configurable: false, enumerable: true, value: constants },
  EOL: { __proto__: null, configurable: true, enumerable: true, writable: false, value: '\n' },
  devNull: {
    __proto__: null, configurable: true, enumerable: true, writable: false, value: '/dev/null',
  },
});
