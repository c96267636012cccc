import { httpTransport, type Transport } from '../../src/keystone/transport.ts';

/** A transport that writes down what was sent. */
export const countingTransport = (): Transport & { readonly sent: string[] } => {
  const send = httpTransport();
  const sent: string[] = [];
  const transport: Transport = async (request) => {
    const response = await send(request);
    sent.push(`${request.method} ${new URL(request.url).pathname} ${String(response.status)}`);
    return response;
  };
  transport.close = (): void => send.close?.();
  return Object.assign(transport, { sent });
};
