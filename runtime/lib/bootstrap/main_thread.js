'use strict';

// First code after the snapshot is loaded: what depends on the machine, then the program.

const { prepareProcess } = require('internal/process/start');
const program = internalBinding('program');

internalBinding('timers').start();
prepareProcess();
require('internal/modules/run_main').run(program.request());
