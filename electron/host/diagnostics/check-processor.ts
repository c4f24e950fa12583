import { needsWideXstate, wideXstateLibrary } from '../kernels/wide-xstate.js';
import { byCommand, type Check } from './diagnostics.js';

/** Kernels before 6.13 need help on processors with AMX (electron/native/wide-xstate.c); told only there. */
export const processorCheck: Check = {
  id: 'processor',
  title: 'Processor',
  applies: () => needsWideXstate,
  check: async () =>
    wideXstateLibrary() === null
      ? {
          level: 'error',
          text: 'this processor has AMX, with which kernels before 6.13 can’t run a guest, and the library that helps them isn’t built',
          fixes: byCommand(
            'Install a C compiler; npm start then builds it',
            'apt-get install -y --no-install-recommends tcc',
          ),
        }
      : {
          level: 'ok',
          text: 'has AMX, with which kernels before 6.13 can’t run a guest by themselves; Paddock’s wide-xstate.so helps them',
          fixes: [],
        },
  fixes: {},
};
