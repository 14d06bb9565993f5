/** The load generator: one process on one core, told over the process channel what to do. */
import { Crowd } from './crowd.ts';
import { askByHttp, hold } from './requests.ts';

const crowd = new Crowd();

const orders: Record<string, (order: any) => unknown> = {
  join: (order) => crowd.join(order),
  send: (order) => crowd.send(order),
  comeBack: () => crowd.comeBack(),
  leave: () => crowd.leave(),
  requests: askByHttp,
  hold,
};

process.on('message', ({ id, ask, order }: { id: number; ask: string; order: unknown }) => {
  Promise.resolve()
    .then(() => orders[ask]!(order))
    .then(
      (answer) => process.send!({ id, answer }),
      (error: Error) => process.send!({ id, error: error.message }),
    );
});
process.on('disconnect', () => process.exit());
