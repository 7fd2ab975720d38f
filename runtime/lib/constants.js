'use strict';

// node:constants: the old place of what os.constants, fs.constants and crypto.constants hold.

const { constants: os } = require('os');
const { constants: fs } = require('fs');
const { constants: crypto } = require('crypto');

Object.assign(exports, os.dlopen, os.errno, os.priority, os.signals, fs, crypto);
