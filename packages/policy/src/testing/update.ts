import type { PolicyMatrix } from './suite.ts';

/**
 * Writes what the policy allows into the matrices of a file of policy tests; everything else in the file, comments
 * included, stays.
 */
export const updateMatrices = async (text: string, matrices: readonly PolicyMatrix[]): Promise<string> => {
  const { isSeq, parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const isList = isSeq(document.get('matrix'));
  for (const [index, { allowed }] of matrices.entries()) {
    const path = isList ? ['matrix', index, 'allowed'] : ['matrix', 'allowed'];
    const node = document.createNode(
      Object.fromEntries(Object.entries(allowed).map(([rule, names]) => [rule, [...names]])),
    );
    for (const { value } of node.items) {
      if (isSeq(value)) value.flow = true;
    }
    document.setIn(path, node);
  }
  return document.toString({ lineWidth: 0 });
};
