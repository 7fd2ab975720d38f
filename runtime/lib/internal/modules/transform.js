'use strict';

// Source transforms for syntax the engine does not know, applied only to texts that failed to parse
// because of it. Positions of everything else are kept.

// The text to compile instead, or undefined when there is nothing to transform.
function afterSyntaxError(source, name, error, sourceType) {
  return undefined;
}

module.exports = { afterSyntaxError };
