import { expect, test } from 'vitest';
import { checksReport } from './report.js';

test('a line a check, its fixes below it', () => {
  const report = checksReport(
    [
      { id: 'kernel', title: 'UML kernel', level: 'ok', text: '6.1', fixes: [] },
      {
        id: 'shm',
        title: 'Memory file',
        level: 'error',
        text: 'noexec',
        fixes: [
          { id: 'a', label: 'Remount', command: 'mount -o remount,exec /dev/shm', runnable: false },
          { id: 'b', label: 'Remove 3 leftovers', command: null, runnable: true },
        ],
      },
    ],
    '0.1.0',
  );
  expect(report).toBe(
    [
      'Paddock 0.1.0',
      'ok    UML kernel: 6.1',
      'FAIL  Memory file: noexec',
      '        Remount: mount -o remount,exec /dev/shm',
      '        Remove 3 leftovers',
      '',
    ].join('\n'),
  );
});
