'use strict';

// What a text compiled by node:vm says about import() in it; V8 hands it to the loader.

module.exports = {
  kDefaultLoader: Symbol('vm_dynamic_import_main_context_default'),
  kImportMissing: Symbol('vm_dynamic_import_missing'),
  kImportNeedsFlag: Symbol('vm_dynamic_import_needs_flag'),
};
