'use strict';
// fs.constants, in the order Node lists them.

module.exports = Object.freeze(
  Object.assign({ __proto__: null }, internalBinding('fs_constants')));
