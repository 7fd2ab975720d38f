'use strict';
// readdir with { recursive: true }: breadth first, names relative to the directory asked for.

const { relative } = require('path');
const { Buffer } = require('buffer');
const { Dirent, joinPath, statsFrom } = require('internal/fs/stats');
const { decodeName, wantsBuffer } = require('internal/fs/utils');
const binding = internalBinding('fs');

const UV_DIRENT_UNKNOWN = 0;
const UV_DIRENT_DIR = 2;

class Walk {
  constructor(root, { encoding, withFileTypes }) {
    this.root = root;
    this.encoding = encoding;
    this.withFileTypes = withFileTypes;
    this.buffers = wantsBuffer(encoding);
    this.results = [];
    this.queue = [root];
  }

  next() { return this.queue.shift(); }

  take(directory, pairs) {
    for (let i = 0; i < pairs.length; i += 2) {
      const raw = pairs[i];
      const path = joinPath(directory, raw);
      let type = pairs[i + 1];
      if (type === UV_DIRENT_UNKNOWN) type = typeOf(path);
      if (type === UV_DIRENT_DIR) this.queue.push(path);
      if (this.withFileTypes) {
        this.results.push(new Dirent(decodeName(raw, this.encoding), directory, type));
      } else if (typeof path === 'string' && typeof this.root === 'string') {
        this.results.push(relative(this.root, path));
      } else {
        const skip = Buffer.byteLength(this.root) + 1;
        this.results.push(decodeName(path.subarray(skip), this.encoding));
      }
    }
  }
}

// A file system without types in its directories; rare enough to ask at once.
function typeOf(path) {
  const values = binding.lstatSync(path, false, false);
  if (values === undefined) return UV_DIRENT_UNKNOWN;
  const stats = statsFrom(values);
  if (stats.isDirectory()) return UV_DIRENT_DIR;
  return stats.isSymbolicLink() ? 3 : 1;
}

function readdirRecursive(root, options, callback) {
  const walk = new Walk(root, options);
  const step = () => {
    const directory = walk.next();
    if (directory === undefined) return callback(null, walk.results);
    binding.readdirTypes(directory, walk.buffers, (error, pairs) => {
      if (error) return callback(error);
      walk.take(directory, pairs);
      step();
    });
  };
  step();
}

function readdirRecursiveSync(root, options) {
  const walk = new Walk(root, options);
  for (let directory = walk.next(); directory !== undefined; directory = walk.next()) {
    walk.take(directory, binding.readdirTypesSync(directory, walk.buffers));
  }
  return walk.results;
}

module.exports = { readdirRecursive, readdirRecursiveSync };
