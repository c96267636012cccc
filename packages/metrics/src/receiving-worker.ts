import { parentPort, workerData } from 'node:worker_threads';
import { type ReceivingData, receiveUntilStopped } from './collector/receiving.ts';

// The receiving thread of a collector, which starts it; to import it does nothing.
const data = (workerData as { readonly oslofjordReceiving?: ReceivingData } | null)?.oslofjordReceiving;
if (data !== undefined && parentPort !== null) {
  const port = parentPort;
  receiveUntilStopped(data, (news) => {
    port.postMessage(news);
  });
}
